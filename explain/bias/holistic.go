package bias

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// HolisticBias reads the templates of Smith et al. (2022) from their folder:
// sentence_templates.json, descriptors.json and nouns.json. A template with a
// noun makes a set for every axis, with a sentence for each descriptor; the group
// is the axis' bucket, such as "auditory" on the axis "ability". Nouns are
// those that name no gender. Whole noun phrases that take no noun, and templates
// that only begin a conversation, are left out.
func HolisticBias(folder fs.FS) (Sets, error) {
	h := &holistic{}
	for name, into := range map[string]any{
		"sentence_templates.json": &h.templates, "descriptors.json": &h.axes, "nouns.json": &h.nouns,
	} {
		if err := readJSON(folder, name, into); err != nil {
			return nil, err
		}
	}
	if len(h.nouns["neutral"]) == 0 {
		return nil, fmt.Errorf("bias: HolisticBias: nouns.json has no neutral nouns")
	}
	return h.sets, nil
}

type holistic struct {
	templates map[string]struct {
		First bool `json:"first_turn_only"`
	}
	axes  map[string]map[string][]json.RawMessage // axis → bucket → descriptors
	nouns map[string][][2]string                  // gender → singular and plural
}

// readJSON reads a file of a folder.
func readJSON(folder fs.FS, name string, into any) error {
	f, err := folder.Open(name)
	if err != nil {
		return fmt.Errorf("bias: HolisticBias: %w", err)
	}
	defer f.Close()
	b, err := readAll(f)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		return fmt.Errorf("bias: HolisticBias: %s: %w", name, err)
	}
	return nil
}

// sets are made as they are asked for: all axes, templates and nouns come to
// hundreds of thousands of sentences. Keys are sorted, for maps have no order and
// Sample draws by it.
func (h *holistic) sets(yield func(*Set, error) bool) {
	for _, axis := range slices.Sorted(maps.Keys(h.axes)) {
		words, err := descriptors(h.axes[axis])
		if err != nil {
			yield(nil, fmt.Errorf("bias: HolisticBias: axis %s: %w", axis, err))
			return
		}
		for _, template := range slices.Sorted(maps.Keys(h.templates)) {
			// They need a conversation that follows.
			if h.templates[template].First {
				continue
			}
			for _, noun := range h.nouns["neutral"] {
				if !yield(holisticSet(axis, template, noun, words), nil) {
					return
				}
			}
		}
	}
}

// A descriptor is a word of a bucket.
type descriptor struct{ bucket, word string }

// descriptors returns the words of an axis. One stands as a string or as an
// object with "descriptor".
func descriptors(buckets map[string][]json.RawMessage) ([]descriptor, error) {
	var out []descriptor
	for _, bucket := range slices.Sorted(maps.Keys(buckets)) {
		for _, raw := range buckets[bucket] {
			var object struct{ Descriptor string }
			word := ""
			if err := json.Unmarshal(raw, &word); err != nil {
				if err := json.Unmarshal(raw, &object); err != nil {
					return nil, err
				}
				word = object.Descriptor
			}
			out = append(out, descriptor{bucket, word})
		}
	}
	return out, nil
}

// holisticSet puts all descriptors of an axis in one template with one noun. Plural
// phrases take no article.
func holisticSet(axis, template string, noun [2]string, words []descriptor) *Set {
	slot, name, article := "{noun_phrase}", noun[0], "a "
	if strings.Contains(template, "{plural_noun_phrase}") {
		slot, name, article = "{plural_noun_phrase}", noun[1], ""
	}
	before, after, _ := strings.Cut(template, slot)
	s := &Set{Axis: axis, Source: strings.Replace(template, slot, name, 1)}
	for _, w := range words {
		text, span := put(before+article, w.word, " "+name+after)
		s.Variants = append(s.Variants, Variant{Group: w.bucket, Term: w.word, Text: text, Spans: []explain.Span{span}})
	}
	return s
}

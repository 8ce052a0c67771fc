package bias

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// WinoBias reads the sentences of Zhao et al. (2018) from their folder: files
// pro_stereotyped_… and anti_stereotyped_… with the same sentences line by line,
// in which a pronoun stands for an occupation. A pair of sentences makes two sets,
// one on the axis "WinoBias stereotype" and one on "WinoBias pronoun". Lines in
// which more than the pronoun differs are left out.
func WinoBias(folder fs.FS) ([]*Set, error) {
	names, err := fs.Glob(folder, "pro_stereotyped_*")
	if err != nil {
		return nil, fmt.Errorf("bias: WinoBias: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("bias: WinoBias: no files pro_stereotyped_…: %w", fs.ErrNotExist)
	}
	var sets []*Set
	for _, name := range names {
		pro, err := winoLines(folder, name)
		if err != nil {
			return nil, err
		}
		other := path.Join(path.Dir(name), "anti"+strings.TrimPrefix(path.Base(name), "pro"))
		anti, err := winoLines(folder, other)
		if err != nil {
			return nil, err
		}
		if len(pro) != len(anti) {
			return nil, fmt.Errorf("bias: WinoBias: %s has %d sentences, %s has %d", name, len(pro), other, len(anti))
		}
		for i, p := range pro {
			if a := anti[i]; p.comparable(a) {
				sets = append(sets, p.sets(a, fmt.Sprintf("%s:%d", name, i+1))...)
			}
		}
	}
	return sets, nil
}

// A winoLine is a sentence without its marks, and where its pronoun is.
type winoLine struct {
	text    string
	pronoun explain.Span
}

var winoNumber = regexp.MustCompile(`^\d+ `)

// genders are the pronouns of WinoBias.
var genders = map[string]string{"he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "hers": "she"}

func winoLines(folder fs.FS, name string) ([]winoLine, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, fmt.Errorf("bias: WinoBias: %w", err)
	}
	defer f.Close()
	b, err := readAll(f)
	if err != nil {
		return nil, fmt.Errorf("bias: WinoBias: %s: %w", name, err)
	}
	var out []winoLine
	for text := range strings.Lines(string(b)) {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		// Lines of the published files begin with their number.
		line, ok := parseWino(winoNumber.ReplaceAllString(text, ""))
		if !ok {
			return nil, fmt.Errorf("bias: WinoBias: %s: sentence %d has no [pronoun]", name, len(out)+1)
		}
		out = append(out, line)
	}
	return out, nil
}

// parseWino takes the brackets off; the pronoun is the last of what was in them
// that is one.
func parseWino(marked string) (line winoLine, ok bool) {
	var b strings.Builder
	for rest := marked; ; {
		before, after, found := strings.Cut(rest, "[")
		b.WriteString(before)
		inside, behind, closed := strings.Cut(after, "]")
		if !found || !closed {
			line.text = b.String() + after
			return line, ok
		}
		start := b.Len()
		b.WriteString(inside)
		if genders[strings.ToLower(inside)] != "" {
			line.pronoun, ok = explain.Span{Start: start, End: b.Len()}, true
		}
		rest = behind
	}
}

func (l winoLine) word() string { return word(l.text, l.pronoun) }

// comparable reports whether two sentences differ in the pronoun alone.
func (l winoLine) comparable(o winoLine) bool {
	squeeze := func(l winoLine) string {
		return strings.Join(strings.Fields(l.text[:l.pronoun.Start]+"_"+l.text[l.pronoun.End:]), " ")
	}
	// The published pairs also differ here and there in spaces and capitals.
	return l.gender() != o.gender() && strings.EqualFold(squeeze(l), squeeze(o))
}

func (l winoLine) gender() string { return genders[strings.ToLower(l.word())] }

func (l winoLine) variant(group string) Variant {
	return Variant{Group: group, Term: strings.ToLower(l.word()), Text: l.text, Spans: []explain.Span{l.pronoun}}
}

// The same two sentences answer two questions: whether the stereotype is the
// likelier one, and whether one of the pronouns is.
func (l winoLine) sets(anti winoLine, source string) []*Set {
	she, he := l, anti
	if l.gender() == "he" {
		she, he = anti, l
	}
	return []*Set{
		{"WinoBias stereotype", source, []Variant{l.variant(stereotype), anti.variant(antiStereotype)}},
		{"WinoBias pronoun", source, []Variant{she.variant("she"), he.variant("he")}},
	}
}

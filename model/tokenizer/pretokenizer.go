package tokenizer

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// A preTokenizer cuts normalized text into the words that a model works on.
// It may rewrite the text as well (byte-level, Metaspace); cuts are in the rewritten one.
type preTokenizer interface {
	split(p *pieces)
}

// A splitterFile has the settings of every type of pre-tokenizer. Each type reads its
// own: Pattern, Behavior and Invert are Split's, Delimiter CharDelimiterSplit's, UseRegex
// ByteLevel's, Replacement, PrependScheme and Split Metaspace's, Length FixedLength's.
type splitterFile struct {
	Type             string            `json:"type"`
	Pattern          patternFile       `json:"pattern"`
	Behavior         string            `json:"behavior"`
	Invert           bool              `json:"invert"`
	IndividualDigits bool              `json:"individual_digits"`
	Delimiter        string            `json:"delimiter"`
	AddPrefixSpace   *bool             `json:"add_prefix_space"`
	UseRegex         *bool             `json:"use_regex"`
	Replacement      string            `json:"replacement"`
	PrependScheme    string            `json:"prepend_scheme"`
	Split            *bool             `json:"split"`
	Length           *int              `json:"length"`
	Pretokenizers    []json.RawMessage `json:"pretokenizers"`
}

// newPreTokenizer makes the pre-tokenizer that the file names, by the types of
// tokenizers 0.23.3, which also has their defaults.
func newPreTokenizer(f *splitterFile) (preTokenizer, error) {
	switch f.Type {
	case "BertPreTokenizer":
		return bertSplitter{}, nil
	case "ByteLevel":
		return byteSplitter{prefixSpace: or(f.AddPrefixSpace, false), words: or(f.UseRegex, true)}, nil
	case "Metaspace":
		return newMetaspace(f.Replacement, f.PrependScheme, f.AddPrefixSpace, or(f.Split, true))
	// what lies between words goes: the inverse of a split at them
	case "Whitespace":
		return splitAt{pattern: wordRuns{}, invert: true}, nil
	case "WhitespaceSplit":
		return splitAt{pattern: runeClass(isSpace)}, nil
	case "CharDelimiterSplit":
		return splitAt{pattern: literal(f.Delimiter)}, oneCharacter(f.Type, "delimiter", f.Delimiter)
	case "Digits":
		if f.IndividualDigits {
			return splitAt{pattern: runeClass(isNumeric), behavior: isolated}, nil
		}
		return splitAt{pattern: runeClass(isNumeric), behavior: contiguous}, nil
	case "Punctuation":
		b, err := newBehavior(f.Behavior, isolated)
		return splitAt{pattern: runeClass(isPunctuation), behavior: b}, err
	case "Split":
		return newSplit(f)
	case "UnicodeScripts":
		return scriptSplitter{}, nil
	case "FixedLength":
		return newFixedLength(f.Length)
	case "Sequence":
		s, err := sequenceOf(f.Pretokenizers, newPreTokenizer)
		return preTokenizers(s), err
	}
	return nil, unsupported("pre_tokenizer", f.Type, "BertPreTokenizer, ByteLevel, Metaspace, Whitespace, "+
		"WhitespaceSplit, CharDelimiterSplit, Digits, Punctuation, Split, UnicodeScripts, FixedLength, Sequence")
}

// oneCharacter checks a setting that the reference reads as a char.
func oneCharacter(kind, name, s string) error {
	if utf8.RuneCountInString(s) != 1 {
		return fmt.Errorf("%s: %s %q is not one character", kind, name, s)
	}
	return nil
}

type preTokenizers []preTokenizer

func (s preTokenizers) split(p *pieces) {
	for _, t := range s {
		t.split(p)
	}
}

// A behavior is what becomes of the matches that text is cut at.
type behavior uint8

const (
	removed    behavior = iota // they go
	isolated                   // each is a piece
	previous                   // each ends the piece before it
	next                       // each starts the piece behind it
	contiguous                 // each run of them is a piece
)

// newBehavior reads a behavior by the reference's name for it.
func newBehavior(name string, byDefault behavior) (behavior, error) {
	if name == "" {
		return byDefault, nil
	}
	names := []string{"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"}
	if i := slices.Index(names, name); i >= 0 {
		return behavior(i), nil
	}
	return 0, unsupported("behavior", name, "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous")
}

// splitAt cuts at the matches of a pattern or, inverted, at what lies between them.
type splitAt struct {
	pattern  pattern
	behavior behavior
	invert   bool
}

// newSplit reads a Split, whose matches go if the file does not say what becomes of them.
func newSplit(f *splitterFile) (preTokenizer, error) {
	b, err := newBehavior(f.Behavior, removed)
	if err != nil {
		return nil, fmt.Errorf("pre_tokenizer Split: %w", err)
	}
	p, err := newPattern(&f.Pattern)
	if err != nil {
		return nil, fmt.Errorf("pre_tokenizer Split: %w", err)
	}
	return splitAt{p, b, f.Invert}, nil
}

// Each piece so far is cut for itself: patterns don't see across the cuts before them.
func (s splitAt) split(p *pieces) {
	var matches []cut
	p.divide(func(dst []cut, c cut) []cut {
		matches = s.pattern.matches(matches[:0], p.bytes[c.lo:c.hi], p.budget)
		j := joiner{behavior: s.behavior, dst: dst, start: len(dst)}
		done := c.lo
		for _, m := range matches {
			// the pattern saw this piece alone
			m.lo, m.hi = m.lo+c.lo, m.hi+c.lo
			if done < m.lo {
				j.add(cut{done, m.lo}, s.invert)
			}
			j.add(m, !s.invert)
			done = m.hi
		}
		if done < c.hi {
			j.add(cut{done, c.hi}, s.invert)
		}
		return j.dst
	})
}

// A joiner puts matches and what lies between them together to pieces.
type joiner struct {
	behavior behavior
	dst      []cut
	start    int  // where this text's pieces begin
	matched  bool // whether the last part was a match
}

// A part is joined to the one before or stands alone. Inverted, what lies between the
// matches takes their role.
func (j *joiner) add(c cut, match bool) {
	join := false
	switch j.behavior {
	case removed:
		if match {
			return
		}
	// of two matches side by side the second stands alone
	case previous:
		join = match && !j.matched
	case contiguous:
		join = match == j.matched
	case next:
		join = !match && j.matched
	}
	if join && len(j.dst) > j.start {
		j.dst[len(j.dst)-1].hi = c.hi
	} else {
		j.dst = append(j.dst, c)
	}
	j.matched = match
}

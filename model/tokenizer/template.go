package tokenizer

import (
	"errors"
	"fmt"
)

// template puts special tokens around texts by a list of parts, one list for a text and one for a pair.
// It is the post-processor TemplateProcessing: [CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1.
type template struct {
	single, pair []templatePart // nil where the file's list does not hold each text once
}

// A templatePart is a text or a run of special tokens.
// Kind is the segment, of the text or of the tokens.
type templatePart struct {
	text   int // 0 or 1; -1 for special tokens
	tokens []token
	kind   int32
}

// process fails for a pair where the file has no format of one.
func (t *template) process(_ *Tokenizer, in []sequence) ([]sequence, error) {
	format, texts := t.single, parts(in)
	if texts == 2 {
		format = t.pair
	}
	if format == nil {
		return nil, fmt.Errorf("file has no format for %d texts", texts)
	}
	out := make([]sequence, 0, len(format))
	for _, p := range format {
		// tokens are the same for each text, so that one slice serves all
		if p.text < 0 {
			out = append(out, sequence{tokens: p.tokens, special: true, kind: p.kind})
		}
		// a text may be in several sequences
		for _, s := range in {
			if s.part == p.text {
				s.kind = p.kind
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// A part of the file's list: {"Sequence": {"id": "A", "type_id": 0}}, or a SpecialToken by
// its name, whose ids stand in special_tokens.
type templateFile struct {
	Sequence     *templateItem
	SpecialToken *templateItem
}

type templateItem struct {
	ID     string `json:"id"`
	TypeID int32  `json:"type_id"`
}

type specialsFile map[string]struct {
	IDs []int32 `json:"ids"`
}

// newTemplate reads the two lists.
func newTemplate(f *postFile) (*template, error) {
	single, err := newTemplateParts(f.Single, f.SpecialTokens, 1)
	if err != nil {
		return nil, err
	}
	pair, err := newTemplateParts(f.Pair, f.SpecialTokens, 2)
	return &template{single, pair}, err
}

// newTemplateParts reads the list for a number of texts; nil when it does not hold each of them once.
// Such a list is no fault of the file until it is used: many have none for pairs.
func newTemplateParts(list []templateFile, specials specialsFile, texts int) ([]templatePart, error) {
	var parts []templatePart
	var seen [2]int
	for _, item := range list {
		p, err := newTemplatePart(item, specials)
		if err != nil {
			return nil, fmt.Errorf("post_processor TemplateProcessing: %w", err)
		}
		if p.text >= 0 {
			seen[p.text]++
		}
		parts = append(parts, p)
	}
	// one A, and one B for a pair
	if seen != [2]int{1, texts - 1} {
		return nil, nil
	}
	return parts, nil
}

func newTemplatePart(f templateFile, specials specialsFile) (templatePart, error) {
	switch {
	case f.Sequence != nil && f.Sequence.ID == "A":
		return templatePart{text: 0, kind: f.Sequence.TypeID}, nil
	case f.Sequence != nil && f.Sequence.ID == "B":
		return templatePart{text: 1, kind: f.Sequence.TypeID}, nil
	case f.SpecialToken == nil:
		return templatePart{}, errors.New("a part is neither a Sequence A or B nor a SpecialToken")
	}
	s, ok := specials[f.SpecialToken.ID]
	if !ok {
		return templatePart{}, fmt.Errorf("special token %q is not defined", f.SpecialToken.ID)
	}
	p := templatePart{text: -1, kind: f.SpecialToken.TypeID}
	for _, id := range s.IDs {
		if id < 0 {
			return p, fmt.Errorf("special token %q has id %d", f.SpecialToken.ID, id)
		}
		p.tokens = append(p.tokens, token{id: id})
	}
	return p, nil
}

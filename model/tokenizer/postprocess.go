package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// A sequence is a run of tokens on its way to becoming part of an Encoding.
type sequence struct {
	tokens  []token
	origin  string // the text that spans refer to
	second  bool   // whether that is the second of a pair
	special bool   // whether these tokens were added by the format
	kind    int32  // segment id
}

// A postProcessor adds the tokens of the model's format around one text or a pair.
type postProcessor interface {
	process(t *Tokenizer, in []sequence) []sequence
}

// assemble makes an Encoding of one text or a pair.
func (t *Tokenizer) assemble(in ...sequence) *Encoding {
	if t.post != nil {
		in = t.post.process(t, in)
	}
	n := 0
	for _, s := range in {
		n += len(s.tokens)
	}
	e := &Encoding{
		IDs: make([]int32, 0, n), Spans: make([]Span, 0, n), Types: make([]int32, 0, n),
		Texts: make([]uint8, 0, n), Special: make([]bool, 0, n),
	}
	for _, s := range in {
		var which uint8
		if s.second {
			which = 1
		}
		for _, k := range s.tokens {
			e.IDs = append(e.IDs, k.id)
			e.Spans = append(e.Spans, k.span)
			e.Types = append(e.Types, s.kind)
			e.Texts = append(e.Texts, which)
			e.Special = append(e.Special, s.special)
		}
	}
	return e
}

// template puts special tokens around texts by a list of parts, one list for a text and one for a pair.
type template struct {
	single, pair []templatePart
}

// A templatePart is a text or a run of special tokens.
type templatePart struct {
	text   int // 0 or 1; -1 for special tokens
	tokens []token
	kind   int32
}

func (t *template) process(_ *Tokenizer, in []sequence) []sequence {
	parts := t.single
	if len(in) == 2 {
		parts = t.pair
	}
	out := make([]sequence, 0, len(parts))
	for _, p := range parts {
		s := sequence{tokens: p.tokens, special: true}
		if p.text >= 0 {
			s = in[p.text]
		}
		s.kind = p.kind
		out = append(out, s)
	}
	return out
}

// around puts one token before the texts and one behind each, as BertProcessing and RobertaProcessing do.
type around struct {
	class, separator int32
	twice            bool // RoBERTa: the second text has a separator before it too, and all segments are 0
	trim             *trimOffsets
}

func (a *around) process(t *Tokenizer, in []sequence) []sequence {
	if a.trim != nil {
		in = a.trim.process(t, in)
	}
	special := func(id, kind int32) sequence {
		return sequence{tokens: []token{{id: id}}, special: true, kind: kind}
	}
	var out []sequence
	for i, s := range in {
		if a.twice {
			s.kind = 0
		}
		switch {
		case i == 0:
			out = append(out, special(a.class, 0))
		case a.twice:
			out = append(out, special(a.separator, 0))
		}
		closing := int32(0)
		if i > 0 && !a.twice {
			closing = 1
		}
		out = append(out, s, special(a.separator, closing))
	}
	return out
}

// trimOffsets takes the white space around a token out of its span. Counts are in characters, as in the reference.
type trimOffsets struct {
	prefixSpace bool // a space was put before the text: one leading space of the first token is not the text's
}

func (p *trimOffsets) process(t *Tokenizer, in []sequence) []sequence {
	for _, s := range in {
		for i := range s.tokens {
			p.trim(t, &s.tokens[i], s.origin, i == 0)
		}
	}
	return in
}

func (p *trimOffsets) trim(t *Tokenizer, k *token, origin string, first bool) {
	name := k.text
	if name == "" {
		name = t.Token(k.id)
	}
	before, behind := blanks(name)
	if p.prefixSpace && before == 1 && (first || k.span.Start == 0) {
		before = 0
	}
	for ; before > 0 && k.span.Start < k.span.End; before-- {
		_, size := utf8.DecodeRuneInString(origin[k.span.Start:k.span.End])
		k.span.Start += size
	}
	for ; behind > 0 && k.span.Start < k.span.End; behind-- {
		_, size := utf8.DecodeLastRuneInString(origin[k.span.Start:k.span.End])
		k.span.End -= size
	}
}

// blanks counts the white space characters at both ends of a token; byte-level tokens write a space as Ġ.
func blanks(name string) (before, behind int) {
	blank := func(r rune) bool { return r == 'Ġ' || isSpace(r) }
	for _, r := range name {
		if !blank(r) {
			break
		}
		before++
	}
	for len(name) > 0 {
		r, size := utf8.DecodeLastRuneInString(name)
		if !blank(r) {
			break
		}
		behind++
		name = name[:len(name)-size]
	}
	return before, behind
}

// chain runs several post-processors in turn.
type chain []postProcessor

func (c chain) process(t *Tokenizer, in []sequence) []sequence {
	for _, p := range c {
		in = p.process(t, in)
	}
	return in
}

type postFile struct {
	Type           string          `json:"type"`
	Single         []templateFile  `json:"single"`
	Pair           []templateFile  `json:"pair"`
	SpecialTokens  specialsFile    `json:"special_tokens"`
	Sep            json.RawMessage `json:"sep"`
	Cls            json.RawMessage `json:"cls"`
	TrimOffsets    bool            `json:"trim_offsets"`
	AddPrefixSpace bool            `json:"add_prefix_space"`
	Processors     []postFile      `json:"processors"`
}

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

func newPostProcessor(f *postFile) (postProcessor, error) {
	var trim *trimOffsets
	if f.TrimOffsets {
		trim = &trimOffsets{f.AddPrefixSpace}
	}
	switch f.Type {
	case "TemplateProcessing":
		return newTemplate(f)
	case "BertProcessing":
		return newAround(f, false, nil)
	case "RobertaProcessing":
		return newAround(f, true, trim)
	case "ByteLevel":
		if trim == nil {
			return chain{}, nil
		}
		return trim, nil
	case "Sequence":
		return newChain(f.Processors)
	}
	return nil, unsupported("post_processor", f.Type,
		"TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence")
}

func newChain(files []postFile) (chain, error) {
	var c chain
	adders := 0
	for i := range files {
		if files[i].Type == "Sequence" {
			return nil, fmt.Errorf("post_processor Sequence in a Sequence")
		}
		p, err := newPostProcessor(&files[i])
		if err != nil {
			return nil, err
		}
		if files[i].Type != "ByteLevel" {
			adders++
		}
		c = append(c, p)
	}
	if adders > 1 {
		return nil, fmt.Errorf("post_processor Sequence has %d parts that add tokens; one is supported", adders)
	}
	return c, nil
}

func newTemplate(f *postFile) (*template, error) {
	t := &template{}
	for texts, list := range [][]templateFile{f.Single, f.Pair} {
		var parts []templatePart
		for _, item := range list {
			p, err := newTemplatePart(item, f.SpecialTokens)
			if err != nil {
				return nil, fmt.Errorf("post_processor TemplateProcessing: %w", err)
			}
			if p.text >= 0 {
				if p.text > texts || slices.ContainsFunc(parts, func(q templatePart) bool { return q.text == p.text }) {
					return nil, errors.New("post_processor TemplateProcessing: a template has a text twice, or a second of one")
				}
			}
			parts = append(parts, p)
		}
		if texts == 0 {
			t.single = parts
		} else {
			t.pair = parts
		}
	}
	return t, nil
}

func newTemplatePart(f templateFile, specials specialsFile) (templatePart, error) {
	switch {
	case f.Sequence != nil && f.Sequence.ID == "A":
		return templatePart{text: 0, kind: f.Sequence.TypeID}, nil
	case f.Sequence != nil && f.Sequence.ID == "B":
		return templatePart{text: 1, kind: f.Sequence.TypeID}, nil
	case f.SpecialToken == nil:
		return templatePart{}, fmt.Errorf("a part is neither a Sequence A or B nor a SpecialToken")
	}
	s, ok := specials[f.SpecialToken.ID]
	if !ok {
		return templatePart{}, fmt.Errorf("special token %q is not defined", f.SpecialToken.ID)
	}
	p := templatePart{text: -1, kind: f.SpecialToken.TypeID}
	for _, id := range s.IDs {
		p.tokens = append(p.tokens, token{id: id})
	}
	return p, nil
}

func newAround(f *postFile, twice bool, trim *trimOffsets) (*around, error) {
	a := &around{twice: twice, trim: trim}
	for _, end := range []struct {
		raw json.RawMessage
		id  *int32
	}{{f.Cls, &a.class}, {f.Sep, &a.separator}} {
		var name string
		if err := json.Unmarshal(end.raw, &[]any{&name, end.id}); err != nil {
			return nil, fmt.Errorf("post_processor %s: want [token, id]: %w", f.Type, err)
		}
	}
	return a, nil
}

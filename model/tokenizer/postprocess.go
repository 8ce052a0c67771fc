package tokenizer

import (
	"encoding/json"
	"fmt"
)

// A sequence is a run of tokens on its way to becoming part of an Encoding.
// A token that the format adds is in a sequence of its own and has no span.
type sequence struct {
	tokens  []token
	origin  string // the text that spans refer to
	second  bool   // whether that is the second of a pair
	part    int    // which of the texts these tokens belong to, those that the format added as well
	special bool   // whether these tokens were added by the format
	kind    int32  // segment id
}

// A postProcessor adds the tokens of the model's format around one text or a pair.
type postProcessor interface {
	process(t *Tokenizer, in []sequence) ([]sequence, error)
}

// assemble makes an Encoding of one text or a pair.
// The words of the second text are numbered from 0 again.
func (t *Tokenizer) assemble(in ...sequence) (*Encoding, error) {
	if t.post != nil {
		var err error
		if in, err = t.post.process(t, in); err != nil {
			return nil, fmt.Errorf("tokenizer: %w", err)
		}
	}
	// counted first, so that six slices are each made once
	n := 0
	for _, s := range in {
		n += len(s.tokens)
	}
	e := &Encoding{
		IDs: make([]int32, 0, n), Spans: make([]Span, 0, n), Types: make([]int32, 0, n),
		Texts: make([]uint8, 0, n), Special: make([]bool, 0, n), Words: make([]int32, 0, n),
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
			if s.special {
				// the format's tokens are of no word
				k.word = -1
			}
			e.Words = append(e.Words, k.word)
		}
	}
	return e, nil
}

// around puts one token before the texts and one behind each, as BertProcessing and RobertaProcessing do.
type around struct {
	class, separator int32
	twice            bool // RoBERTa: the second text has a separator before it too, and all segments are 0
	trim             *trimOffsets
}

// BERT: CLS A SEP B SEP with segments 0 and 1. RoBERTa: <s> A </s></s> B </s>, all 0.
// Sequences are those of the texts, perhaps several of one text after a chain.
func (a *around) process(t *Tokenizer, in []sequence) ([]sequence, error) {
	if a.trim != nil {
		a.trim.all(t, in)
	}
	var out []sequence
	add := func(id, kind int32, part int) {
		out = append(out, sequence{tokens: []token{{id: id}}, special: true, kind: kind, part: part})
	}
	for part := range parts(in) {
		switch {
		case part == 0:
			add(a.class, 0, part)
		case a.twice:
			add(a.separator, 0, part)
		}
		for _, s := range in {
			if s.part != part {
				continue
			}
			if a.twice {
				s.kind = 0
			}
			out = append(out, s)
		}
		// the separator is of the segment of the text that it ends
		closing := int32(0)
		if part > 0 && !a.twice {
			closing = 1
		}
		add(a.separator, closing, part)
	}
	return out, nil
}

// parts returns how many texts there are.
func parts(in []sequence) int { return in[len(in)-1].part + 1 }

// chain runs several post-processors in turn.
type chain []postProcessor

// process does all of them in turn.
func (c chain) process(t *Tokenizer, in []sequence) (out []sequence, err error) {
	for _, p := range c {
		if in, err = p.process(t, in); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// A postFile has the settings of every type of post-processor.
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

// newPostProcessor makes the post-processor that the file names. That of ByteLevel only
// trims spans.
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

// After a template the texts can't be told from the tokens around them, which another
// template would need.
func newChain(files []postFile) (chain, error) {
	var c chain
	whole := false
	for i := range files {
		if files[i].Type == "Sequence" {
			return nil, fmt.Errorf("post_processor Sequence in a Sequence")
		}
		p, err := newPostProcessor(&files[i])
		if err != nil {
			return nil, err
		}
		if whole && files[i].Type != "ByteLevel" {
			return nil, fmt.Errorf("post_processor Sequence: %s behind TemplateProcessing, which leaves no single texts, has no meaning", files[i].Type)
		}
		whole = whole || files[i].Type == "TemplateProcessing"
		c = append(c, p)
	}
	return c, nil
}

// A token is written as a pair of its name and id, of which the id counts.
func newAround(f *postFile, twice bool, trim *trimOffsets) (*around, error) {
	a := &around{twice: twice, trim: trim}
	for _, end := range []struct {
		raw json.RawMessage
		id  *int32
	}{{f.Cls, &a.class}, {f.Sep, &a.separator}} {
		var name string
		// an array of two, read into its two places
		if err := json.Unmarshal(end.raw, &[]any{&name, end.id}); err != nil {
			return nil, fmt.Errorf("post_processor %s: want [token, id]: %w", f.Type, err)
		}
		if *end.id < 0 {
			return nil, fmt.Errorf("post_processor %s: token %q has id %d", f.Type, name, *end.id)
		}
	}
	return a, nil
}

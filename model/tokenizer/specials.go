package tokenizer

import "encoding/json"

// Specials are the ids of the tokens that have a part to play in a model's format, -1 where there is none.
type Specials struct {
	Begin, End       int32 // of a text, in models that generate
	Class, Separator int32 // before and between texts, in models that classify
	Unknown, Pad     int32
	Mask             int32
}

// Specials returns the ids of special tokens: those that the configuration files name, else what the tokenizer's own
// file suggests.
func (t *Tokenizer) Specials() Specials { return t.specials }

// MaskID returns the id of the token that stands for a hidden one, and whether there is one.
func (t *Tokenizer) MaskID() (int32, bool) { return t.specials.Mask, t.specials.Mask >= 0 }

// UnknownID returns the id of the token that stands for what the vocabulary cannot spell, and whether there is one.
func (t *Tokenizer) UnknownID() (int32, bool) { return t.specials.Unknown, t.specials.Unknown >= 0 }

// PadID returns the id of the token that fills up short sequences of a batch, and whether there is one.
func (t *Tokenizer) PadID() (int32, bool) { return t.specials.Pad, t.specials.Pad >= 0 }

// IsSpecial reports whether id is a special token, one that the text of a user does not consist of.
func (t *Tokenizer) IsSpecial(id int32) bool {
	a := t.added.byID[id]
	return a != nil && a.Special
}

// guessSpecials goes by what the model and the format say, and by the names that families of models use.
// What is certain counts over names: the tokens of the format, and the unknown token
// that the model itself names.
func (t *Tokenizer) guessSpecials(f *modelFile) Specials {
	// first returns the first of the names that is a special token
	first := func(names ...string) int32 {
		for _, name := range names {
			if id, ok := t.added.ids[name]; ok && t.added.byID[id].Special {
				return id
			}
		}
		return -1
	}
	s := Specials{
		Begin:     first("<s>", "<bos>", "<|begin_of_text|>", "<|endoftext|>"),
		End:       first("</s>", "<eos>", "<|end_of_text|>", "<|endoftext|>"),
		Class:     first("[CLS]"),
		Separator: first("[SEP]"),
		Unknown:   first("[UNK]", "<unk>"),
		Pad:       first("[PAD]", "<pad>"),
		Mask:      first("[MASK]", "<mask>"),
	}
	if a, ok := t.post.(*around); ok {
		s.Class, s.Separator = a.class, a.separator
	}
	switch {
	case f.scores != nil && f.UnkID != nil:
		s.Unknown = int32(*f.UnkID)
	case f.UnkToken != nil:
		s.Unknown = f.unknown(t.vocab, "")
	}
	return s
}

// nameSpecials takes the names of special tokens from a configuration. A token is a string, or an object with its
// content.
func (t *Tokenizer) nameSpecials(named [7]json.RawMessage) {
	var list specialNames
	for i, raw := range named {
		list[i] = specialToken(raw).Content
	}
	t.takeSpecials(list)
}

// takeSpecials takes the tokens of those names, as far as there are any.
// A name that no token has leaves what was there.
func (t *Tokenizer) takeSpecials(list specialNames) {
	s := &t.specials
	for i, to := range []*int32{&s.Begin, &s.End, &s.Unknown, &s.Separator, &s.Pad, &s.Class, &s.Mask} {
		if id, ok := t.ID(list[i]); ok && list[i] != "" {
			*to = id
		}
	}
}

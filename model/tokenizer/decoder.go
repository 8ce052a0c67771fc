package tokenizer

import "strings"

// A decoder turns tokens as the vocabulary spells them into the strings whose concatenation is the text.
type decoder interface {
	decode(tokens []string) []string
}

// Decode returns the text of ids; ids that no token has are left out. With skipSpecial, so are special tokens.
// Without a decoder in the file tokens are joined by spaces.
func (t *Tokenizer) Decode(ids []int32, skipSpecial bool) string {
	tokens := make([]string, 0, len(ids))
	for _, id := range ids {
		name := t.Token(id)
		if a := t.added.byID[id]; a != nil {
			if skipSpecial && a.Special {
				continue
			}
			name = a.decoded
		}
		if name != "" {
			tokens = append(tokens, name)
		}
	}
	if t.decoder == nil {
		return strings.Join(tokens, " ")
	}
	return strings.Join(t.decoder.decode(tokens), "")
}

type decoderFile struct {
	Type    string `json:"type"`
	Prefix  string `json:"prefix"`
	Cleanup bool   `json:"cleanup"`
}

func newDecoder(f *decoderFile) (decoder, error) {
	switch f.Type {
	case "WordPiece":
		return wordPieceDecoder{f.Prefix, f.Cleanup}, nil
	}
	return nil, unsupported("decoder", f.Type, "WordPiece")
}

// wordPieceDecoder joins word pieces and puts spaces between words.
type wordPieceDecoder struct {
	prefix  string
	cleanup bool
}

func (d wordPieceDecoder) decode(tokens []string) []string {
	for i, s := range tokens {
		if i > 0 {
			if rest, ok := strings.CutPrefix(s, d.prefix); ok {
				s = rest
			} else {
				s = " " + s
			}
		}
		if d.cleanup {
			s = cleanup(s)
		}
		tokens[i] = s
	}
	return tokens
}

// cleanup takes out the spaces that tokenization leaves before English punctuation and contractions, one rule
// after the other.
func cleanup(s string) string {
	for _, rule := range [...][2]string{
		{" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"}, {" 'm", "'m"},
		{" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
	} {
		s = strings.ReplaceAll(s, rule[0], rule[1])
	}
	return s
}

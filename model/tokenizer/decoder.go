package tokenizer

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A decoder turns tokens as the vocabulary spells them into the strings whose concatenation is the text.
// Steps change the list of tokens and not only the strings: joining some of them, or
// dropping some, changes what the next step sees as one.
type decoder interface {
	// decode may overwrite tokens. Steps of regular expressions come off budget; below 0, they replace nothing more.
	decode(tokens []string, budget *int) []string
}

// Decode returns the text of ids; ids that no token has are left out. With skipSpecial, so are special tokens.
// Without a decoder in the file tokens are joined by spaces.
// A token that was added stands for its text as it is found: normalized, if that is so.
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
	size := 0
	for _, s := range tokens {
		size += len(s)
	}
	return strings.Join(t.decoder.decode(tokens, newBudget(size)), "")
}

// A decoderFile has the settings of every type of decoder.
// The names are those of tokenizers 0.23.3; each type reads its own.
type decoderFile struct {
	Type           string            `json:"type"`
	Prefix         string            `json:"prefix"`
	Suffix         string            `json:"suffix"`
	Cleanup        bool              `json:"cleanup"`
	Pattern        patternFile       `json:"pattern"`
	Content        string            `json:"content"`
	Start          int               `json:"start"`
	Stop           int               `json:"stop"`
	PadToken       string            `json:"pad_token"`
	WordDelimiter  string            `json:"word_delimiter_token"`
	Replacement    string            `json:"replacement"`
	PrependScheme  string            `json:"prepend_scheme"`
	AddPrefixSpace *bool             `json:"add_prefix_space"`
	Decoders       []json.RawMessage `json:"decoders"`
}

// newDecoder reads the decoder of a tokenizer.json by its type, with the defaults
// that the reference has for what is left out.
func newDecoder(f *decoderFile) (decoder, error) {
	switch f.Type {
	case "WordPiece":
		return wordPieceDecoder{f.Prefix, f.Cleanup}, nil
	case "ByteLevel":
		return byteDecoder{}, nil
	case "Metaspace":
		return newMetaspace(f.Replacement, f.PrependScheme, f.AddPrefixSpace, false)
	case "BPEDecoder":
		return suffixDecoder(f.Suffix), nil
	case "ByteFallback":
		return fallbackDecoder{}, nil
	case "Fuse":
		return fuseDecoder{}, nil
	case "Strip":
		return stripDecoder{f.Content, f.Start, f.Stop}, nil
	case "Replace":
		p, err := newPattern(&f.Pattern)
		return replaceDecoder{p, f.Content}, err
	case "CTC":
		return ctcDecoder{f.PadToken, f.WordDelimiter, f.Cleanup}, nil
	case "Sequence":
		s, err := sequenceOf(f.Decoders, newDecoder)
		return decoders(s), err
	}
	return nil, unsupported("decoder", f.Type,
		"WordPiece, ByteLevel, Metaspace, BPEDecoder, ByteFallback, Fuse, Strip, Replace, CTC, Sequence")
}

type decoders []decoder

// decode hands tokens through all of them in turn.
func (s decoders) decode(tokens []string, budget *int) []string {
	for _, d := range s {
		tokens = d.decode(tokens, budget)
	}
	return tokens
}

// wordPieceDecoder joins word pieces and puts spaces between words.
type wordPieceDecoder struct {
	prefix  string
	cleanup bool
}

// decode joins continuing pieces to the word before and puts a space before others.
func (d wordPieceDecoder) decode(tokens []string, _ *int) []string {
	for i, s := range tokens {
		// the first piece has nothing to stand apart from
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
// The rules and their order are those of the reference (wordpiece.rs), which has them
// from transformers; " do not" becoming " don't" is one of them, whatever the text was.
func cleanup(s string) string {
	for _, rule := range [...][2]string{
		{" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"}, {" 'm", "'m"},
		{" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
	} {
		s = strings.ReplaceAll(s, rule[0], rule[1])
	}
	return s
}

// suffixDecoder writes the mark at the end of words as a space, and as nothing in the last token.
type suffixDecoder string

// decode: "low</w>" is "low " within a text and "low" at its end.
func (d suffixDecoder) decode(tokens []string, _ *int) []string {
	for i, s := range tokens {
		space := " "
		if i == len(tokens)-1 {
			space = ""
		}
		tokens[i] = strings.ReplaceAll(s, string(d), space)
	}
	return tokens
}

// fallbackDecoder reads runs of byte tokens, <0x0A>, as UTF-8; each byte of a run that is not is U+FFFD.
type fallbackDecoder struct{}

// decode joins runs of byte tokens to text; each byte of a run that is no UTF-8
// becomes U+FFFD.
func (fallbackDecoder) decode(tokens []string, _ *int) []string {
	var out []string
	var run []byte
	flush := func() {
		switch {
		case len(run) == 0:
		case utf8.Valid(run):
			out = append(out, string(run))
		default:
			for range run {
				out = append(out, "\uFFFD")
			}
		}
		run = run[:0]
	}
	for _, s := range tokens {
		if b, ok := byteToken(s); ok {
			run = append(run, b)
			continue
		}
		flush()
		out = append(out, s)
	}
	flush()
	return out
}

// byteToken returns the byte that a token such as <0x0A> stands for.
func byteToken(s string) (byte, bool) {
	if len(s) != 6 || s[:3] != "<0x" || s[5] != '>' {
		return 0, false
	}
	b, err := strconv.ParseUint(s[3:5], 16, 8)
	return byte(b), err == nil
}

type fuseDecoder struct{}

// decode joins all tokens to one, for what follows to see across their borders.
func (fuseDecoder) decode(tokens []string, _ *int) []string {
	return []string{strings.Join(tokens, "")}
}

// stripDecoder takes up to start and stop times content off the ends of each token.
type stripDecoder struct {
	content     string
	start, stop int
}

// decode counts for each token; a Fuse before it makes that the text.
func (d stripDecoder) decode(tokens []string, _ *int) []string {
	for i, s := range tokens {
		for n := 0; n < d.start && d.content != "" && strings.HasPrefix(s, d.content); n++ {
			s = s[len(d.content):]
		}
		for n := 0; n < d.stop && d.content != "" && strings.HasSuffix(s, d.content); n++ {
			s = s[:len(s)-len(d.content)]
		}
		tokens[i] = s
	}
	return tokens
}

// It sees one token at a time, so that a pattern cannot match across tokens unless a
// Fuse stands before.
type replaceDecoder struct {
	pattern pattern
	content string
}

func (d replaceDecoder) decode(tokens []string, budget *int) []string {
	for i, s := range tokens {
		var b strings.Builder
		done := 0
		for _, m := range d.pattern.matches(nil, []byte(s), budget) {
			b.WriteString(s[done:m.lo])
			b.WriteString(d.content)
			done = m.hi
		}
		b.WriteString(s[done:])
		tokens[i] = b.String()
	}
	return tokens
}

// ctcDecoder drops repetitions and padding, as models of speech need.
// Connectionist temporal classification (Graves et al. 2006): one token a frame of
// sound, of which runs of one are one letter, and a pad parts two that are equal.
type ctcDecoder struct {
	pad, delimiter string
	cleanup        bool
}

// decode leaves out repetitions and pads, which speech models write between letters.
func (d ctcDecoder) decode(tokens []string, _ *int) []string {
	var out []string
	for i, s := range tokens {
		// by the tokens as they came, before pads go
		if i > 0 && s == tokens[i-1] {
			continue
		}
		s = strings.ReplaceAll(s, d.pad, "")
		if d.cleanup {
			s = strings.ReplaceAll(cleanup(s), d.delimiter, " ")
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

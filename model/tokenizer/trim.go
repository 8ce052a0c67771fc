package tokenizer

import "unicode/utf8"

// trimOffsets takes the white space around a token out of its span. Counts are in characters, as in the reference.
// The reference counts characters of the token's spelling and takes as many off the
// span, which is the text's (byte_level.rs, process_offsets).
type trimOffsets struct {
	prefixSpace bool // a space was put before the text: one leading space of the first token is not the text's
}

// process takes the white space at their ends from the spans of tokens: the tokens
// of GPT-2 hold the space before them, which is no part of the word.
func (p *trimOffsets) process(t *Tokenizer, in []sequence) ([]sequence, error) {
	p.all(t, in)
	return in, nil
}

func (p *trimOffsets) all(t *Tokenizer, in []sequence) {
	begun := [2]bool{} // by text
	for _, s := range in {
		for i := range s.tokens {
			p.trim(t, &s.tokens[i], s.origin, !begun[s.part])
			begun[s.part] = true
		}
	}
}

// trim takes the white space of k's spelling off its span, which never becomes negative.
func (p *trimOffsets) trim(t *Tokenizer, k *token, origin string, first bool) {
	name := k.text
	if name == "" {
		name = t.Token(k.id)
	}
	before, behind := blanks(name)
	// that space is no part of the text, so that there is nothing to take off
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

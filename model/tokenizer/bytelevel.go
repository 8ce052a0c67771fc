package tokenizer

import "unicode/utf8"

// byteRunes writes each byte as a printable character, as GPT-2's vocabulary does: bytes that are printable in
// Latin-1 as themselves, the others as U+0100 and up.
// It is bytes_to_unicode of the code published with GPT-2 (encoder.py): a vocabulary of
// bytes that is readable, and that has no white space within a token.
var byteRunes = func() (runes [256]rune) {
	next := rune(0x100)
	for b := range runes {
		// without the space, control characters and the soft hyphen (0xad)
		if b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae {
			runes[b] = rune(b)
			continue
		}
		runes[b] = next
		next++
	}
	return runes
}()

// runeBytes is the inverse of byteRunes; -1 for characters that stand for no byte.
var runeBytes = func() (bytes [0x144]int16) {
	for i := range bytes {
		bytes[i] = -1
	}
	for b, r := range byteRunes {
		bytes[r] = int16(b)
	}
	return bytes
}()

// putBytes adds each byte as the character that stands for it.
// Its origin is the byte's: a character of several bytes becomes several, all of which
// stand for the whole of it.
func (t *text) putBytes(bytes []byte, from []origin) {
	for i, b := range bytes {
		t.put(byteRunes[b], from[i])
	}
}

type byteNormalizer struct{}

// normalize writes each byte as a character that can be seen, by GPT-2's table:
// printable Latin-1 as itself, the others from U+0100 on.
func (byteNormalizer) normalize(t *text) {
	old, from := t.restart()
	t.putBytes(old, from)
}

// byteSplitter cuts text as GPT-2 does and writes each byte as a character.
// Cutting comes before the bytes are written as characters, since the pattern speaks of
// letters and digits.
type byteSplitter struct {
	prefixSpace bool // the text starts with a space, put there if need be
	words       bool // whether to cut at all
}

// split puts the space in front of every piece that is not one already, then cuts, then
// writes bytes.
func (s byteSplitter) split(p *pieces) {
	if s.prefixSpace {
		p.rewrite(func(bytes []byte, from []origin) {
			if bytes[0] != ' ' {
				p.put(' ', from[0])
			}
			p.putText(bytes, from)
		})
	}
	if s.words {
		splitAt{pattern: wordPattern(gpt2Words), behavior: isolated}.split(p)
	}
	p.rewrite(p.putBytes)
}

// byteDecoder reads each character as the byte that it stands for. A token with a character that stands for none is
// taken as it is.
type byteDecoder struct{}

// decode turns those characters back into bytes. Tokens may break a character, so
// that only all of them together are UTF-8.
func (byteDecoder) decode(tokens []string, _ *int) []string {
	var out []byte
	for _, s := range tokens {
		n := len(out)
		for _, r := range s {
			if r >= rune(len(runeBytes)) || runeBytes[r] < 0 {
				out = append(out[:n], s...)
				break
			}
			out = append(out, byte(runeBytes[r]))
		}
	}
	return []string{validUTF8(out)}
}

// validUTF8 puts U+FFFD in place of each maximal part of a character that is not whole (Unicode 15, section 3.9).
// The reference is Rust's String::from_utf8_lossy, which replaces so; Go's conversion
// replaces byte by byte.
func validUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var out []byte
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			size = brokenPrefix(b)
		}
		out = utf8.AppendRune(out, r)
		b = b[size:]
	}
	return string(out)
}

// brokenPrefix returns how many bytes at the start of b could begin a character.
// It is more than one only where the bytes begin a character that goes on otherwise or
// ends too soon.
func brokenPrefix(b []byte) int {
	n := 1
	for n < len(b) && n < utf8.UTFMax && !utf8.FullRune(b[:n]) && !utf8.RuneStart(b[n]) {
		n++
	}
	for n > 1 && utf8.FullRune(b[:n]) {
		n--
	}
	return n
}

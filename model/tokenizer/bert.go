package tokenizer

import "unicode/utf8"

// bertNormalizer is the text cleaning of the original BERT: control characters go, white space becomes a space,
// Chinese characters stand alone, accents go, letters turn lower case.
type bertNormalizer struct {
	clean, chinese, accents, lower bool
}

func (n bertNormalizer) normalize(t *text) {
	if n.clean {
		t.filter(func(r rune) bool { return !isBERTControl(r) })
		t.expand(func(dst *text, r rune, from origin) {
			if isSpace(r) {
				r = ' '
			}
			dst.put(r, from)
		})
	}
	if n.chinese {
		t.expand(func(dst *text, r rune, from origin) {
			if !isChinese(r) {
				dst.put(r, from)
				return
			}
			dst.put(' ', from)
			dst.put(r, from)
			dst.put(' ', from)
		})
	}
	if n.accents {
		canonicalForm.normalize(t)
		t.filter(func(r rune) bool { return r < utf8.RuneSelf || !nonspacingRunes.has(r) })
	}
	if n.lower {
		lowercase(t)
	}
}

func lowercase(t *text) {
	t.expand(func(dst *text, r rune, from origin) {
		first, second := toLower(r)
		dst.put(first, from)
		if second != 0 {
			dst.put(second, from)
		}
	})
}

func isBERTControl(r rune) bool {
	if r < utf8.RuneSelf {
		return (r < ' ' || r == 0x7f) && r != '\t' && r != '\n' && r != '\r'
	}
	return r == utf8.RuneError || controlRunes.has(r)
}

// isChinese tells the characters that BERT takes for words of their own. Unicode's later blocks are not among them.
func isChinese(r rune) bool {
	return r >= 0x3400 && (r <= 0x4dbf || r >= 0x4e00 && r <= 0x9fff || r >= 0xf900 && r <= 0xfaff ||
		r >= 0x20000 && r <= 0x2a6df || r >= 0x2a700 && r <= 0x2b81f || r >= 0x2b920 && r <= 0x2ceaf ||
		r >= 0x2f800 && r <= 0x2fa1f)
}

// bertSplitter cuts at white space, which goes, and around each punctuation character, which stays.
type bertSplitter struct{}

func (bertSplitter) split(p *pieces) {
	p.divide(func(dst []cut, c cut) []cut {
		word := c.lo
		for i := c.lo; i < c.hi; {
			r, size := utf8.DecodeRune(p.bytes[i:c.hi])
			switch {
			case isSpace(r):
				dst = append(dst, cut{word, i})
				word = i + size
			case isPunctuation(r):
				dst = append(dst, cut{word, i}, cut{i, i + size})
				word = i + size
			}
			i += size
		}
		return append(dst, cut{word, c.hi})
	})
}

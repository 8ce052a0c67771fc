package tokenizer

import "unicode/utf8"

// bertNormalizer is the text cleaning of the original BERT: control characters go, white space becomes a space,
// Chinese characters stand alone, accents go, letters turn lower case.
// The order counts: a character that is dropped or becomes a space is no letter, and
// accents go before letters turn lower case, as in the reference (bert.rs).
type bertNormalizer struct {
	clean, chinese, accents, lower bool

	settings normalizerFile
	ascii    [utf8.RuneSelf]int16 // what an ASCII character becomes, -1 for nothing
}

// newBERTNormalizer makes the table of ASCII, in which the steps are one.
func newBERTNormalizer(f *normalizerFile) *bertNormalizer {
	n := &bertNormalizer{clean: f.CleanText, chinese: f.HandleChineseChars, accents: f.Lowercase, lower: f.Lowercase, settings: *f}
	// left out, it goes by the lower case
	if f.StripAccents != nil {
		n.accents = *f.StripAccents
	}
	for i := range n.ascii {
		r := rune(i)
		if n.lower {
			r, _ = toLower(r)
		}
		switch {
		case n.clean && isBERTControl(r):
			r = -1
		case n.clean && isSpace(r):
			r = ' '
		}
		n.ascii[i] = int16(r)
	}
	return n
}

// normalize treats ASCII by table. What lies between is treated on its own, since no step reaches across ASCII.
func (n *bertNormalizer) normalize(t *text) {
	old, from := t.restart()
	// reused for each stretch, so that it costs one allocation a text
	var other text
	for i := 0; i < len(old); {
		if c := old[i]; c < utf8.RuneSelf {
			if r := n.ascii[c]; r >= 0 {
				t.put(rune(r), from[i])
			}
			i++
			continue
		}
		start := i
		for i < len(old) && old[i] >= utf8.RuneSelf {
			i++
		}
		other.restart()
		other.putText(old[start:i], from[start:i])
		n.unicode(&other)
		t.putText(other.bytes, other.from)
	}
}

// unicode does all steps, one after the other, for text beyond ASCII.
func (n *bertNormalizer) unicode(t *text) {
	t.expand(func(t *text, r rune, from origin) {
		switch {
		case n.clean && isBERTControl(r):
		case n.clean && isSpace(r):
			t.put(' ', from)
		case n.chinese && isChinese(r):
			t.put(' ', from)
			t.put(r, from)
			t.put(' ', from)
		default:
			t.put(r, from)
		}
	})
	if n.accents {
		canonicalForm.normalize(t)
		// marks of Unicode's class Mn only: others, such as those of Indic vowels, stay
		t.filter(func(r rune) bool { return r < utf8.RuneSelf || !nonspacingRunes.has(r) })
	}
	if n.lower {
		lowercase{}.normalize(t)
	}
}

// isBERTControl tells what is dropped: Unicode's classes of control characters, and
// U+FFFD, which stands for bytes that were none. Tabs and line ends are white space.
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

// split parts words at white space, and each mark of punctuation stands alone, so
// that "don't" becomes three.
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

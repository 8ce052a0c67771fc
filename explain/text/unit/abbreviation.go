package unit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-xai/whence/explain"
)

// titles stand before names, so that no sentence ends behind their full stop;
// references stand before numbers and names likewise.
var titles = setOf(`mr mrs ms mx dr prof rev fr sr sra st ste mt ft gen col maj capt cpt lt sgt cpl adm cmdr gov sen rep
	hon pres supt insp messrs mmes herr frl bzw ca cf vs viz approx e.g i.e al resp`)

var references = setOf(`no nos vol vols fig figs eq eqs sec ch chap art pp p ed eds jan feb mar apr jun jul aug sep sept oct nov dec`)

// starters begin a sentence even behind initials: "in Plan B. The end".
var starters = setOf(`the a an this that these those he she it we they i you his her its our their my your in on at but
	and so or however when while if there here who what where why how after before as for from to with both also then
	is are was were do does did not no yes all some many most since until although though because`)

func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// rejoined joins the sentences that Unicode's rules part behind an abbreviation, an
// initial, or inside an address: the rules know no words.
func rejoined(text string, spans []explain.Span) []explain.Span {
	var out []explain.Span
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && goesOn(text[out[last].Start:out[last].End], text[s.Start:s.End]) {
			out[last].End = s.End
			continue
		}
		out = append(out, s)
	}
	return out
}

// goesOn reports whether a sentence goes on behind a full stop or a question mark.
func goesOn(before, after string) bool {
	trimmed := strings.TrimRightFunc(before, unicode.IsSpace)
	spaced := len(trimmed) < len(before)
	word := trimmed[strings.LastIndexFunc(trimmed, unicode.IsSpace)+1:]
	if !spaced { // no white space: an address, or a missing space
		return isAddress(word)
	}
	// A line's end ends a sentence whatever stands before it.
	if strings.ContainsAny(before[len(trimmed):], "\n\r\u2028\u2029\u0085") || !strings.HasSuffix(word, ".") {
		return false
	}
	word = strings.TrimLeft(strings.TrimSuffix(word, "."), "(\"'“‘[")
	after = strings.TrimLeft(after, "(\"'“‘[")
	next, _ := utf8.DecodeRuneInString(after)
	switch lower := strings.ToLower(word); {
	case titles[lower]:
		return unicode.IsUpper(next) || unicode.IsDigit(next)
	case references[lower]:
		return unicode.IsDigit(next)
	}
	first := strings.IndexFunc(after, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
	if first < 0 {
		first = len(after)
	}
	return isInitial(word) && unicode.IsUpper(next) && !starters[strings.ToLower(after[:first])]
}

// isInitial reports whether a word, without its last full stop, is a capital other
// than I, or letters with full stops between, as in "U.S".
func isInitial(word string) bool {
	letters := strings.Split(word, ".")
	for _, l := range letters {
		if first, size := utf8.DecodeRuneInString(l); size != len(l) || !unicode.IsLetter(first) || len(letters) == 1 && (l == "I" || !unicode.IsUpper(first)) {
			return false
		}
	}
	return true
}

// isAddress reports whether a word is an address of the web so far, or of mail.
func isAddress(word string) bool {
	return strings.Contains(word, "://") || strings.HasPrefix(strings.ToLower(strings.TrimLeft(word, "(<\"")), "www.")
}

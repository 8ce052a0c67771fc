package oniguruma

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Sets that have names. Oniguruma's are Unicode's, whatever the text.
var (
	everything = set{0, utf8.MaxRune + 1}
	newline    = set{'\n', '\n' + 1}
	// latinNumbers are ²³¹¼½¾, which Oniguruma takes for word characters outside [ ] and not inside.
	latinNumbers = set{0xb2, 0xb4, 0xb9, 0xba, 0xbc, 0xbf}
	hexDigits    = set{'0', '9' + 1, 'A', 'F' + 1, 'a', 'f' + 1}
	spaces       = set{'\t', '\r' + 1, ' ', ' ' + 1, 0x85, 0x86, 0xa0, 0xa1, 0x1680, 0x1681, 0x2000, 0x200b,
		0x2028, 0x202a, 0x202f, 0x2030, 0x205f, 0x2060, 0x3000, 0x3001}
)

// The keys are small letters without separators, as plainName makes them. Categories
// come from the generated tables, whose version of Unicode is Oniguruma's; scripts are
// package unicode's as far as that version knows their characters.
var named = sync.OnceValue(func() map[string]set {
	all := map[string]set{}
	groups := map[string][]set{}
	for name, s := range categories {
		all[strings.ToLower(name)] = s
		groups[name[:1]] = append(groups[name[:1]], s)
	}
	var known []set
	for name, list := range groups {
		all[strings.ToLower(name)] = union(list...)
		known = append(known, list...)
	}
	assigned := union(known...)
	// characters of no category, without the surrogates, which have one of their own
	all["cn"], all["cs"] = assigned.not().and(set{0xd800, 0xe000}.not()), set{0xd800, 0xe000}
	all["c"] = union(all["c"], all["cn"], all["cs"])
	for name, short := range longNames {
		all[name] = all[short]
	}
	for name, s := range unicode.Scripts {
		all[plainName(name)] = ofTable(s).and(assigned)
	}
	all["lc"] = union(all["lu"], all["ll"], all["lt"])
	all["any"], all["assigned"], all["ascii"] = everything, assigned, set{0, utf8.RuneSelf}
	all["alpha"] = union(all["l"], all["nl"], otherAlphabetic)
	all["lower"], all["upper"] = union(all["ll"], otherLower), union(all["lu"], otherUpper)
	all["alphabetic"], all["lowercase"], all["uppercase"] = all["alpha"], all["lower"], all["upper"]
	all["digit"], all["xdigit"], all["cntrl"], all["space"] = all["nd"], hexDigits, all["cc"], spaces
	all["whitespace"] = spaces
	all["blank"] = union(all["zs"], set{'\t', '\t' + 1})
	all["alnum"] = union(all["alpha"], all["nd"])
	all["word"] = union(all["alpha"], all["m"], all["nd"], all["pc"])
	// neither space, nor control, nor unassigned
	all["graph"] = union(spaces, all["c"].and(union(all["cc"], all["cn"], all["cs"]))).not()
	all["print"] = union(all["graph"], all["zs"])
	all["punct"] = all["p"]
	// [[:punct:]] has symbols such as + and $, \p{Punct} has not
	all["posixpunct"] = union(all["p"], all["s"])
	return all
})

// words are what \w and \b take for word characters.
var words = sync.OnceValue(func() set { return union(named()["word"], latinNumbers) })

// longNames are the long names of Unicode's categories.
var longNames = map[string]string{
	"letter": "l", "mark": "m", "number": "n", "punctuation": "p", "symbol": "s", "separator": "z", "other": "c",
	"uppercaseletter": "lu", "lowercaseletter": "ll", "titlecaseletter": "lt", "modifierletter": "lm", "otherletter": "lo",
	"nonspacingmark": "mn", "spacingmark": "mc", "enclosingmark": "me", "combiningmark": "m",
	"decimalnumber": "nd", "letternumber": "nl", "othernumber": "no",
	"connectorpunctuation": "pc", "dashpunctuation": "pd", "openpunctuation": "ps", "closepunctuation": "pe",
	"initialpunctuation": "pi", "finalpunctuation": "pf", "otherpunctuation": "po",
	"mathsymbol": "sm", "currencysymbol": "sc", "modifiersymbol": "sk", "othersymbol": "so",
	"spaceseparator": "zs", "lineseparator": "zl", "paragraphseparator": "zp",
	"control": "cc", "format": "cf", "surrogate": "cs", "privateuse": "co", "unassigned": "cn",
}

// brackets are the names of [[:name:]].
var brackets = map[string]string{
	"alnum": "alnum", "alpha": "alpha", "ascii": "ascii", "blank": "blank", "cntrl": "cntrl", "digit": "digit",
	"graph": "graph", "lower": "lower", "print": "print", "punct": "posixpunct", "space": "space", "upper": "upper",
	"xdigit": "xdigit", "word": "word",
}

// plainName is a name as properties are looked up by.
func plainName(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "").Replace(name))
}

// ofTable returns a table of package unicode as a set.
func ofTable(t *unicode.RangeTable) set {
	var runs []set
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			runs = append(runs, set{lo, hi + 1})
			return
		}
		for r := lo; r <= hi; r += stride {
			runs = append(runs, set{r, r + 1})
		}
	}
	for _, r := range t.R16 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return union(runs...)
}

package bias

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// English has one word, "her", for "his" and "him", and one, "his", for "her" and
// "hers". Which it is, the words around tell: what follows a possessive begins a
// noun phrase. The lists are of closed classes of words and of the most frequent
// ones of open classes, so some are told wrongly.
var (
	// breaks begin no noun phrase behind a possessive: articles, conjunctions,
	// prepositions, pronouns, auxiliaries.
	breaks = wordSet(`a an the and or but nor if unless because although though while when whenever where wherever who whom
		whose which what why how that than as since until till whether to in into on onto at for with without within
		from by of off out up down over under through across around about against along among before after behind
		beside besides between beyond despite during near per toward towards upon via like unlike
		is isn't was wasn't were weren't are aren't am be been has hasn't have haven't had hadn't would could should
		shall did does do didn't doesn't don't i you he she it we they me him them us this these those my your our their
		its every each any some no all both another enough`)
	// adverbs may stand behind a pronoun and in a noun phrase: what follows them decides.
	adverbs = wordSet(`very just really also only even so too quite rather almost always never ever still already often
		once then now more most less least much far long yet well perhaps maybe sometimes seldom usually soon not`)
	// times and places stand behind a pronoun.
	times = wordSet(`yesterday today tonight tomorrow again here there alone away together anyway anymore forever instead
		later everywhere somewhere anywhere nowhere twice afterwards afterward ago apart aside indeed either neither
		outside inside upstairs downstairs abroad else`)
	// lasts are adjectives but before a time: "saw her last night".
	lasts     = wordSet(`last next`)
	timeNouns = wordSet(`night day week weekend month year time summer winter spring autumn fall monday tuesday wednesday thursday friday saturday sunday`)
	// nouns that are auxiliaries before certain words: "his will be done".
	modals = wordSet(`will can may might must`)
	behind = wordSet(`be have not never always do only also`)
	// makers have an object and what it is to do or be: "made her stay", "made her happy".
	makers  = wordSet(`make makes made making let lets letting help helps helped helping`)
	seers   = wordSet(`see sees saw seen seeing watch watches watched watching hear hears heard hearing feel feels felt notice noticed bid`)
	holders = wordSet(`find finds found finding keep keeps kept keeping leave leaves left leaving drive drives drove driven driving
		call calls called calling consider considers considered get gets got getting render renders rendered think thinks thought
		want wants wanted catch catches caught remember remembers remembered imagine imagines picture`)
	givers = wordSet(`give gives gave given giving send sends sent show shows showed shown offer offers offered buy buys bought
		bring brings brought teach teaches taught pay pays paid owe owes owed lend lent cost costs`)
	numbers = wordSet(`one two three four five six seven eight nine ten several many few more most something anything nothing everything`)
	// verbs are what somebody is made or seen to do; soft ones read as nouns behind "saw her".
	verbs = wordSet(`stay go come leave become feel seem think know say tell speak sing cry weep laugh smile dance walk run
		sit stand fall sleep eat drink drive fly swim fight die live learn teach write read win lose wait want need love
		hate believe understand see hear realize realise remember forget decide begin start stop try keep get give take
		make do be have put bring find lie sound suffer scream shout blush shine appear disappear succeed move relax
		heal grow return escape survive choose marry follow wear pay join reach enter finish regret perform act`)
	soft = wordSet(`work look talk play rest sound show hope dream face turn act smile laugh walk run dance fall drink drive fight need love move return start stop try act shout scream read`)
	// adjectives that makers and holders say of somebody.
	adjectives = wordSet(`happy sad angry mad crazy famous rich poor sick ill safe busy free alone alive dead sure ready
		proud nervous afraid scared tired bored calm strong weak warm cold young old pretty ugly smart stupid beautiful
		interesting boring charming likable likeable funny annoying convincing dull cute hot cool nice great good bad
		awful terrible wonderful fascinating irresistible responsible quiet silent pregnant lonely jealous guilty
		innocent wrong right different better worse laughing crying smiling uncomfortable comfortable vulnerable sympathetic unlikable
		awake asleep aware whole human queen`)
	endings = []string{"ful", "less", "ous", "able", "ible", "ish", "ive"}
)

func wordSet(words string) map[string]bool {
	s := map[string]bool{}
	for _, w := range strings.Fields(words) {
		s[w] = true
	}
	return s
}

// possessive reports whether the word at start to end of a text in lower case, "her"
// or "his", is a possessive before a noun.
func possessive(lower string, start, end int) bool {
	word := lower[start:end]
	next, rest := following(lower[end:])
	adverb := false
	for adverbs[next] || strings.HasSuffix(next, "ly") && len(next) > 4 && !slices.Contains(lyNouns, next) {
		if word == "her" && (numbers[next] && givers[previous(lower[:start])]) {
			return false
		}
		adverb = true
		next, rest = following(rest)
	}
	switch {
	case next == "" || times[next]:
		return false
	// As in "her then-boyfriend": what has a hyphen is nearly always an adjective.
	case strings.Contains(next, "-"):
		return true
	case breaks[next]:
		return false
	case modals[next]:
		after, _ := following(rest)
		return !behind[after]
	// "his" without a noun behind it is followed by one of breaks.
	case word != "her":
		return true
	}
	return !object(previous(lower[:start]), next, rest, adverb)
}

// lyNouns end like adverbs and are none.
var lyNouns = strings.Fields(`family only early lovely lonely friendly daily weekly ugly silly holy elderly deadly lively likely belly bully ally assembly reply anomaly melancholy jelly butterfly supply italy`)

// object reports whether "her" is an object between a verb and what follows.
func object(verb, next, rest string, adverb bool) bool {
	after, _ := following(rest)
	ends := after == "" || breaks[after] || times[after] || adverbs[after] && after != "most"
	complement := adjectives[next] || slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(next, e) && len(next) > len(e)+2 })
	switch {
	case lasts[next] && timeNouns[after], next == "home" && (verb == "took" || verb == "take" || verb == "drove" || verb == "brought" || verb == "walked"):
		return true
	case next == "back" && after == "":
		return !breaks[verb]
	case makers[verb]:
		return verbs[next] || soft[next] || complement && ends
	case seers[verb]:
		return verbs[next] && !soft[next] || soft[next] && ends && !adverb && after != "of" && after != "in" || strings.HasSuffix(next, "ing") && len(next) > 5 || complement && ends
	case holders[verb]:
		return complement && ends || strings.HasSuffix(next, "ing") && len(next) > 5 && ends
	case givers[verb]:
		return numbers[next] || next[0] >= '0' && next[0] <= '9'
	}
	return false
}

// following returns the next word, with hyphens and apostrophes in it, and what
// stands behind it; "" where something ends the clause before.
func following(s string) (word, rest string) {
	trimmed := strings.TrimLeftFunc(s, unicode.IsSpace)
	if len(trimmed) == len(s) {
		return "", s
	}
	trimmed = strings.TrimLeft(trimmed, "\"“‘'«*_")
	end := wordEnd(trimmed, 0)
	for end > 0 {
		joint, size := utf8.DecodeRuneInString(trimmed[end:])
		if !strings.ContainsRune("-'’", joint) || size == 0 {
			break
		}
		more := wordEnd(trimmed, end+size)
		if more == end+size {
			break
		}
		end = more
	}
	return strings.ReplaceAll(trimmed[:end], "’", "'"), trimmed[end:]
}

// previous returns the word before, "" where something else stands there.
func previous(s string) string {
	trimmed := strings.TrimRightFunc(s, unicode.IsSpace)
	at := strings.LastIndexFunc(trimmed, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
	return trimmed[at+1:]
}

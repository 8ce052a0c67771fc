package tokenizer

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// An addedToken is a token that is looked for in the text itself, ahead of the model.
// The settings are those of tokenizers 0.23.3 (added_vocabulary.rs), with its names in
// the file.
type addedToken struct {
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"` // matches only where no letter or digit stands beside it
	LeftStrip  bool   `json:"lstrip"`      // swallows white space before it
	RightStrip bool   `json:"rstrip"`      // swallows white space behind it
	Normalized bool   `json:"normalized"`  // looked for in normalized text
	Special    bool   `json:"special"`     // left out of decoded text

	id      int32
	named   bool   // a special token by its name, which what a list says of the same token counts over
	unseen  bool   // not looked for in text
	decoded string // what a decoder sees: the content, normalized where Normalized says so
}

// name is "" of a null in the file's list.
func (t *addedToken) name() string {
	if t == nil {
		return ""
	}
	return t.Content
}

// addedTokens are all added tokens of a tokenizer.
// A token is in one of the two matchers: which one is a setting of the token, since a
// normalizer may change what it would be found by.
type addedTokens struct {
	// ids and byID are all of them, those that are not looked for too.
	ids        map[string]int32
	byID       map[int32]*addedToken
	verbatim   matcher // looked for in the caller's text
	normalized matcher // looked for in normalized text
}

// newAddedTokens reads the file's list and adds those of more that are not there. As in the reference, a token that
// the model knows keeps the model's id and the others are numbered behind them, whatever ids the files give.
func newAddedTokens(raw string, more []*addedToken, v *vocab, n normalizer) (addedTokens, error) {
	var list []*addedToken
	a := addedTokens{ids: map[string]int32{}, byID: map[int32]*addedToken{}}
	if raw != "" {
		if err := json.Unmarshal([]byte(raw), &list); err != nil {
			return a, fmt.Errorf("added_tokens: %w", err)
		}
	}
	list = mergeAdded(list, more)
	budget := newBudget(len(raw))
	// ids behind the vocabulary, in the order of the list
	next := int32(v.count)
	for _, t := range list {
		if t == nil || t.Content == "" {
			continue
		}
		id, known := a.ids[t.Content]
		if !known {
			id, known = v.find(t.Content)
		}
		if !known {
			id = next
			next++
		}
		t.id, t.decoded = id, t.Content
		// it is looked for in normalized text, where it stands as the normalizer leaves it
		if t.Normalized && n != nil {
			x := newText(t.Content, 0, budget)
			n.normalize(&x)
			if err := x.err(); err != nil {
				return a, fmt.Errorf("added token %q: %w", t.Content, err)
			}
			t.decoded = string(x.bytes)
		}
		a.ids[t.Content] = id
		// of two with one id, or one content, the later counts
		a.byID[id] = t
	}
	for _, t := range list {
		switch {
		// of several with one id the last counts, which is the one in byID
		case t == nil || t.unseen || a.byID[t.id] != t:
		case t.Normalized:
			a.normalized.add(t, t.decoded)
		default:
			a.verbatim.add(t, t.Content)
		}
	}
	return a, nil
}

// mergeAdded adds more tokens to a list. Of the same token's settings the last ones count, but for those that a name
// brings with it and for where a special token is looked for.
func mergeAdded(list, more []*addedToken) []*addedToken {
	there := map[string]*addedToken{}
	for _, t := range list {
		there[t.name()] = t
	}
	for _, t := range more {
		old := there[t.Content]
		switch {
		case old == nil:
			there[t.Content] = t
			list = append(list, t)
		case !t.named || old.named:
			old.unseen = old.unseen && t.unseen
			// a token that becomes special is looked for where special ones are
			if t.Special && !old.Special {
				old.Normalized = t.Normalized
			}
			old.Special = old.Special || t.Special
			old.SingleWord, old.LeftStrip, old.RightStrip = t.SingleWord, t.LeftStrip, t.RightStrip
		}
	}
	return list
}

// A matcher finds added tokens in text.
type matcher struct {
	// One walk through the trie finds the longest name at a place. The table of first
	// bytes spares it at nearly all places of an ordinary text.
	names *trie // nil for no tokens
	first [256]bool
	byID  map[int32]*addedToken
}

// add has the matcher look for a token by a name: its content, or that normalized.
func (m *matcher) add(t *addedToken, name string) {
	if name == "" {
		return
	}
	if m.names == nil {
		m.names, m.byID = newTrie(64), map[int32]*addedToken{}
	}
	m.names.add(name, t.id)
	m.first[name[0]] = true
	m.byID[t.id] = t
}

// A match is a stretch of text: an added token, or what lies between them with id -1.
type match struct {
	id     int32
	lo, hi int
}

// find cuts s into added tokens, the leftmost first and the longest at a place, and what lies between them.
// Lstrip and rstrip take white space along, but none that a match before has taken.
// A token of a single word that stands in one is passed over as a whole, even where a
// shorter name would have been found there: the reference does the same.
func find[S string | []byte](m *matcher, s S) []match {
	if len(s) == 0 {
		return nil
	}
	if m.names == nil {
		return []match{{-1, 0, len(s)}}
	}
	var out []match
	done := 0 // end of what out covers
	for i := 0; i < len(s); {
		id, end := longestName(m, s, i)
		if id < 0 {
			i++
			continue
		}
		lo, hi, t := i, end, m.byID[id]
		i = end
		if t.SingleWord && !alone(s, lo, hi) {
			continue
		}
		if t.LeftStrip {
			lo = max(done, trimLeft(s, lo))
		}
		if t.RightStrip {
			hi = trimRight(s, hi)
		}
		if done < lo {
			out = append(out, match{-1, done, lo})
		}
		out = append(out, match{id, lo, hi})
		done = hi
	}
	if done < len(s) {
		out = append(out, match{-1, done, len(s)})
	}
	return out
}

// longestName returns the longest name that s has at byte i and where it ends; id -1 for none.
func longestName[S string | []byte](m *matcher, s S, i int) (id int32, end int) {
	id = -1
	if !m.first[s[i]] {
		return id, i
	}
	node := uint32(0)
	for ; i < len(s); i++ {
		next, ok := m.names.step(node, s[i])
		if !ok {
			break
		}
		node = next
		if v := m.names.values[node]; v >= 0 {
			id, end = v, i+1
		}
	}
	return id, end
}

// alone reports whether s[lo:hi] has no letter, digit or underscore beside it.
func alone[S string | []byte](s S, lo, hi int) bool {
	// a character has four bytes at most, so that no more of s is looked at
	before, _ := utf8.DecodeLastRune([]byte(s[max(0, lo-utf8.UTFMax):lo]))
	after, _ := utf8.DecodeRune([]byte(s[hi:min(len(s), hi+utf8.UTFMax)]))
	return (lo == 0 || !isWord(before)) && (hi == len(s) || !isWord(after))
}

// trimLeft returns where the white space before byte i starts.
func trimLeft[S string | []byte](s S, i int) int {
	for i > 0 {
		r, size := utf8.DecodeLastRune([]byte(s[max(0, i-utf8.UTFMax):i]))
		if !isSpace(r) {
			break
		}
		i -= size
	}
	return i
}

// trimRight returns where the white space from byte i on ends.
func trimRight[S string | []byte](s S, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRune([]byte(s[i:min(len(s), i+utf8.UTFMax)]))
		if !isSpace(r) {
			break
		}
		i += size
	}
	return i
}

package text

import (
	"container/heap"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-xai/whence/explain"
)

// Tree groups the players as the text's marks and connectors suggest, close ones
// first: parts of a word, then phrases, then clauses, then sentences. It merges
// again and again the two neighbours that fit best by the scores of shap's text
// masker, of equals the first.
func (g *Game) Tree() *explain.Tree {
	return merge(leaves(g.text, g.players))
}

// leaves returns how players look to the scores: what continues a word begins
// with "##".
func leaves(text string, players []explain.Player) []string {
	out := make([]string, len(players))
	for i, p := range players {
		out[i] = strings.TrimSpace(text[p.Start:p.End])
		if i == 0 || out[i-1] == "" || !isASCIILetter(text[p.Start]) {
			continue
		}
		before := players[i-1]
		last, _ := utf8.DecodeLastRuneInString(text[before.Start:max(before.End, p.Start)])
		if isWordRune(last) {
			out[i] = "##" + out[i]
		}
	}
	return out
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// isWordRune is Python's \w.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_' }

// A phrase is a run of tokens in a merger, known by its first.
type phrase struct {
	last       int // its last token
	prev, next int // first tokens of its neighbours; -1 where there is none
	node       *explain.Tree
	version    int // of its score with the next phrase
}

// A merger builds a tree by merging neighbours.
type merger struct {
	tokens   []string
	balanced []bool   // whether a token is a bracket whose partner is in the same phrase
	phrases  []phrase // by first token
	queue    pairs
}

// merge returns the tree over tokens.
func merge(tokens []string) *explain.Tree {
	if len(tokens) == 0 {
		return nil
	}
	m := &merger{tokens: tokens, balanced: make([]bool, len(tokens)), phrases: make([]phrase, len(tokens))}
	for i := range tokens {
		m.phrases[i] = phrase{last: i, prev: i - 1, next: i + 1, node: &explain.Tree{Player: i}}
	}
	m.phrases[len(tokens)-1].next = -1
	for i := range tokens {
		m.offer(i)
	}
	for m.queue.Len() > 0 {
		// A merge changes the scores of its neighbours. Their old entries stay in
		// the heap, which has no way to remove one, and are passed over here by
		// their version.
		if best := heap.Pop(&m.queue).(pair); best.version == m.phrases[best.left].version {
			m.join(best.left)
		}
	}
	return m.phrases[0].node
}

// join merges the phrase at left with the next one.
func (m *merger) join(left int) {
	a := &m.phrases[left]
	b := &m.phrases[a.next]
	a.node = &explain.Tree{Left: a.node, Right: b.node}
	a.last, a.next = b.last, b.next
	b.version++ // no pair any more
	if a.next >= 0 {
		m.phrases[a.next].prev = left
	}
	if m.tokens[left] == "(" && m.tokens[a.last] == ")" {
		m.balanced[left], m.balanced[a.last] = true, true
	}
	m.offer(a.prev)
	m.offer(left)
}

// offer queues the phrase at left with the next one, at the score they have now.
func (m *merger) offer(left int) {
	if left < 0 {
		return
	}
	m.phrases[left].version++
	if m.phrases[left].next >= 0 {
		heap.Push(&m.queue, pair{m.score(left), left, m.phrases[left].version})
	}
}

// score tells how well the phrase at left and the next one fit together. The
// rules and numbers are those of shap.maskers.Text.
func (m *merger) score(left int) int {
	right := m.phrases[left].next
	end, start, last := m.phrases[left].last, right, m.phrases[right].last
	first, before, after := m.tokens[left], m.tokens[end], m.tokens[start]
	alone := start == last
	// Small phrases first, which keeps the tree balanced.
	score := -(last - left + 1)
	if strings.HasPrefix(after, "##") {
		score += 20
	}
	if after == "'" && (alone || last == start+1 && isEnding(m.tokens[last])) {
		score += 15
	}
	if before == "'" && isEnding(after) {
		score += 15
	}
	if isControl(first) != isControl(m.tokens[last]) {
		score -= 1000
	}
	if after == "(" && !m.balanced[start] {
		score -= 100
	}
	if before == ")" && !m.balanced[end] {
		score -= 100
	}
	if first == "(" {
		score -= 2
	}
	if isConnector(before) || isConnector(after) {
		score -= 2
	}
	return score - reach(before, after, alone, ",", 10) - reach(before, after, alone, ".?!", 20)
}

// reach is what it costs to reach across a mark: little to take in the mark alone.
func reach(before, after string, alone bool, marks string, cost int) int {
	sum := 0
	if isOneOf(marks, before) {
		sum += cost
	}
	switch {
	case !isOneOf(marks, after):
	case alone:
		sum++
	default:
		sum += cost
	}
	return sum
}

func isOneOf(marks, s string) bool { return len(s) == 1 && strings.Contains(marks, s) }
func isEnding(s string) bool       { return s == "t" || s == "s" }
func isConnector(s string) bool    { return s == "but" || s == "and" || s == "or" }
func isControl(s string) bool      { return strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") }

// A pair is a phrase and the next one in a queue.
type pair struct{ score, left, version int }

// pairs is a heap, the best first and of equals the one further to the left.
type pairs []pair

func (p pairs) Len() int { return len(p) }
func (p pairs) Less(i, j int) bool {
	return p[i].score > p[j].score || p[i].score == p[j].score && p[i].left < p[j].left
}
func (p pairs) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p *pairs) Push(x any)   { *p = append(*p, x.(pair)) }
func (p *pairs) Pop() any {
	old := *p
	last := old[len(old)-1]
	*p = old[:len(old)-1]
	return last
}

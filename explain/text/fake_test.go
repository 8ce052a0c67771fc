package text_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A reader is a model that reads as the built-in one does and understands nothing.
type reader struct {
	tokens *tokenizer.Tokenizer
	limit  int
	maskID int32
}

func (r reader) Tokenizer() *tokenizer.Tokenizer { return r.tokens }
func (r reader) MaxTokens() int                  { return r.limit }
func (r reader) MaskID() (int32, bool)           { return r.maskID, r.maskID >= 0 }

// newReader returns a reader with the built-in model's tokenizer.
func newReader(t testing.TB) reader {
	t.Helper()
	tokens, err := tokenizer.Load("../../model/pretrained")
	if err != nil {
		t.Fatal(err)
	}
	mask, ok := tokens.MaskID()
	if !ok {
		t.Fatal("no mask token")
	}
	return reader{tokens, 512, mask}
}

// newByteReader returns a reader to which every byte is a token, after the token
// that begins a text if it is to have one.
func newByteReader(t testing.TB, begin bool) reader {
	t.Helper()
	vocab := map[string]int{}
	next := rune(256)
	for b := range 256 {
		// GPT-2 writes bytes that are no visible characters as characters from 256 on.
		c := rune(b)
		if b < '!' || b > '~' && b < 0xa1 || b == 0xad {
			c = next
			next++
		}
		vocab[string(c)] = b
	}
	var post any
	if begin {
		start := map[string]any{"SpecialToken": map[string]any{"id": "<s>", "type_id": 0}}
		post = map[string]any{
			"type":           "TemplateProcessing",
			"single":         []any{start, map[string]any{"Sequence": map[string]any{"id": "A", "type_id": 1}}},
			"pair":           []any{},
			"special_tokens": map[string]any{"<s>": map[string]any{"id": "<s>", "ids": []int{257}, "tokens": []string{"<s>"}}},
		}
	}
	file, err := json.Marshal(map[string]any{
		"version": "1.0",
		"added_tokens": []any{
			map[string]any{"id": 256, "content": "[MASK]", "special": true},
			map[string]any{"id": 257, "content": "<s>", "special": true},
		},
		"post_processor": post,
		"pre_tokenizer":  map[string]any{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
		"decoder":        map[string]any{"type": "ByteLevel"},
		"model":          map[string]any{"type": "BPE", "vocab": vocab, "merges": []string{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := tokenizer.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	return reader{tokens, 0, 256}
}

// A sum scores a sequence by adding up its tokens, and by its length; it keeps
// what it was asked.
type sum struct {
	asked []string // sequences, as read makes them
	calls int
	err   error
	read  func(model.Sequence) string
}

func (*sum) Outputs() int { return 2 }

func (s *sum) Score(ctx context.Context, dst []float64, seqs []model.Sequence) error {
	s.calls++
	if s.err != nil {
		return s.err
	}
	for i, q := range seqs {
		if s.read != nil {
			s.asked = append(s.asked, s.read(q))
		}
		dst[2*i], dst[2*i+1] = 0, float64(len(q.IDs))
		for t, id := range q.IDs {
			if q.Hidden == nil || !q.Hidden[t] {
				dst[2*i] += weight(id)
			}
		}
	}
	return ctx.Err()
}

// wide scores with many outputs, all zero.
type wide struct{ outputs, calls int }

func (w *wide) Outputs() int { return w.outputs }

func (w *wide) Score(_ context.Context, dst []float64, _ []model.Sequence) error {
	w.calls++
	clear(dst)
	return nil
}

// weight is a small whole number, so that sums are exact.
func weight(id int32) float64 { return float64(id*7919%1009) - 500 }

// spell writes a sequence's tokens, hidden ones in angle brackets.
func (r reader) spell(q model.Sequence) string {
	var out []string
	for t, id := range q.IDs {
		token := r.tokens.Token(id)
		if q.Hidden != nil && q.Hidden[t] {
			token = "<" + token + ">"
		}
		out = append(out, token)
	}
	return strings.Join(out, " ")
}

// values returns the first output of coalitions of a game.
func values(t testing.TB, g explain.Game, coalitions ...[]int) []float64 {
	t.Helper()
	b := explain.NewCoalitions(g.Players(), len(coalitions))
	for _, c := range coalitions {
		b.Append(explain.NewCoalition(g.Players(), c...))
	}
	dst := make([]float64, b.Len()*g.Outputs())
	if err := g.Value(context.Background(), dst, b); err != nil {
		t.Fatal(err)
	}
	out := make([]float64, b.Len())
	for i := range out {
		out[i] = dst[i*g.Outputs()]
	}
	return out
}

// names returns what the players of a game read.
func names(g explain.Game) []string {
	var out []string
	for _, p := range explain.NewExplanation(g, explain.SV).Players {
		out = append(out, p.Text)
	}
	return out
}

func must(t testing.TB) func(*text.Game, error) *text.Game {
	return func(g *text.Game, err error) *text.Game {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
}

var errBroken = errors.New("broken")

// everyone returns all players of a game.
func everyone(g explain.Game) []int {
	return slices.Collect(explain.Grand(g.Players()).Players())
}

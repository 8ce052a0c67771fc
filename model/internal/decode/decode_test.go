package decode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/checkpoint"
)

// A table is a model of a few numbers: the logits after a text are the row of
// its last token plus the row of its length. testdata/golden_decode.py runs
// transformers' generate on the same.
type table struct {
	Tokens, Lengths [][]float32
	texts           [][]int32 // where it is at work
}

func (t *table) logits(dst []float32, ids []int32) {
	length := t.Lengths[len(ids)%len(t.Lengths)]
	for i, z := range t.Tokens[ids[len(ids)-1]] {
		dst[i] = z + length[i]
	}
}

func (t *table) start(prompts [][]int32) (Stepper, []float32) {
	m := &table{Tokens: t.Tokens, Lengths: t.Lengths}
	for _, ids := range prompts {
		m.texts = append(m.texts, slices.Clone(ids))
	}
	dst := make([]float32, len(prompts)*len(t.Tokens))
	for i, ids := range m.texts {
		m.logits(dst[i*len(t.Tokens):][:len(t.Tokens)], ids)
	}
	return m, dst
}

func (t *table) Step(ctx context.Context, dst []float32, tokens []int32) error {
	for i, id := range tokens {
		t.texts[i] = append(t.texts[i], id)
		t.logits(dst[i*len(t.Tokens):][:len(t.Tokens)], t.texts[i])
	}
	return ctx.Err()
}

func (t *table) Pick(from []int) {
	texts := make([][]int32, len(from))
	for i, j := range from {
		texts[i] = slices.Clone(t.texts[j])
	}
	t.texts = texts
}

// A decodeGolden is the file that testdata/golden_decode.py writes.
type decodeGolden struct {
	table
	Texts []struct {
		Parameters json.RawMessage
		Texts      []struct {
			Prompt []int32
			IDs    [][]int32
			Scores []float64
		}
	}
	Warped []struct {
		Parameters json.RawMessage
		Texts      []struct {
			Prompt        int
			IDs           []int32
			Logits        []float32
			Probabilities []float64
		}
	}
}

func readDecodeGolden(t *testing.T) *decodeGolden {
	t.Helper()
	var g decodeGolden
	text, err := os.ReadFile("testdata/decode.json")
	if err := errors.Join(err, json.Unmarshal(text, &g)); err != nil {
		t.Fatal(err)
	}
	return &g
}

// settingsOf reads parameters of generate by their names there.
func settingsOf(t *testing.T, parameters json.RawMessage) *Settings {
	t.Helper()
	c, err := checkpoint.ParseGenerationConfig(parameters, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &Settings{GenerationConfig: *c, Context: 1000}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	return s
}

// A made is a text and its score.
type made struct {
	ids   []int32
	score float64
}

// make generates texts of prompts together.
func (t *table) make(tb testing.TB, s *Settings, prompts ...[]int32) [][]made {
	tb.Helper()
	d := New(s, len(t.Tokens), nil)
	m, logits := t.start(prompts)
	all, err := d.Write(context.Background(), m, logits, prompts)
	if err != nil {
		tb.Fatal(err)
	}
	texts := make([][]made, len(prompts))
	for p, generations := range all {
		for _, g := range generations {
			texts[p] = append(texts[p], made{append(slices.Clone(prompts[p]), g.IDs...), g.Score})
		}
	}
	return texts
}

// scoreTolerance allows for sums in another order, as a share of the score.
const scoreTolerance = 1e-6

func TestDecodingEqualsTransformers(t *testing.T) {
	g := readDecodeGolden(t)
	for _, c := range g.Texts {
		s := settingsOf(t, c.Parameters)
		var prompts [][]int32
		for _, text := range c.Texts {
			prompts = append(prompts, text.Prompt)
		}
		together := g.make(t, s, prompts...)
		for i, text := range c.Texts {
			alone := g.make(t, s, text.Prompt)[0]
			for j, want := range text.IDs {
				got := alone[j]
				if !slices.Equal(got.ids, want) {
					t.Errorf("%s, prompt %v, text %d:\n%v, want\n%v", c.Parameters, text.Prompt, j, got.ids, want)
				}
				if text.Scores != nil && math.Abs(got.score/text.Scores[j]-1) > scoreTolerance {
					t.Errorf("%s, prompt %v, text %d: score %v, want %v", c.Parameters, text.Prompt, j, got.score, text.Scores[j])
				}
				if !slices.Equal(together[i][j].ids, got.ids) || together[i][j].score != got.score {
					t.Errorf("%s, prompt %v, text %d: in a batch\n%v, alone\n%v", c.Parameters, text.Prompt, j, together[i][j], got)
				}
			}
		}
	}
}

func TestWarpingEqualsTransformers(t *testing.T) {
	g := readDecodeGolden(t)
	for _, c := range g.Warped {
		w := warper{Settings: settingsOf(t, c.Parameters)}
		for _, text := range c.Texts {
			scores := slices.Clone(text.Logits)
			w.Warp(scores, text.IDs, text.Prompt, 1000)
			total := LogSumExp(scores, -1)
			for i, z := range scores {
				if got, want := math.Exp(float64(z)-total), text.Probabilities[i]; math.Abs(got-want) > 1e-6 || (got == 0) != (want == 0) {
					t.Errorf("%s, after %v: token %d has probability %v, want %v", c.Parameters, text.IDs, i, got, want)
				}
			}
		}
	}
}

// TestDraws: tokens are drawn as often as they are likely.
func TestDraws(t *testing.T) {
	g := readDecodeGolden(t)
	const n = 4000
	for _, beams := range []string{"", `, "num_beams": 2`} {
		s := settingsOf(t, json.RawMessage(`{"do_sample": true, "max_new_tokens": 1, "temperature": 2`+beams+`}`))
		want := make([]float32, len(g.Tokens))
		g.logits(want, []int32{3})
		(&warper{Settings: s}).narrow(want)
		total := LogSumExp(want, -1)
		counts := make([]float64, len(want))
		for seed := range uint64(n) {
			s.Seed = seed
			if beams == "" {
				counts[g.make(t, s, []int32{3})[0][0].ids[1]]++
				continue
			}
			// Of two drawn without replacement, either may be the better one.
			d := New(s, len(want), nil)
			sequences, err := d.sequences([][]int32{{3}}, 1)
			if err != nil {
				t.Fatal(err)
			}
			x := d.newSearch(sequences[0])
			x.flat = want
			counts[x.best(4)[0]]++
		}
		for i, z := range want {
			p := math.Exp(float64(z) - total)
			if deviation := math.Sqrt(n * p * (1 - p)); math.Abs(counts[i]-n*p) > 4.5*deviation+1 {
				t.Errorf("beams %q: token %d was drawn %v times of %d, its probability is %v", beams, i, counts[i], n, p)
			}
		}
	}
}

// TestSeeds: a sample depends on its seed and number, not on what else is made.
func TestSeeds(t *testing.T) {
	g := readDecodeGolden(t)
	s := settingsOf(t, json.RawMessage(`{"do_sample": true, "temperature": 1.5, "max_new_tokens": 12, "num_return_sequences": 5}`))
	s.Seed = 7
	five := g.make(t, s, []int32{3})[0]
	if again := g.make(t, s, []int32{5, 9}, []int32{3})[1]; !equalTexts(again, five) {
		t.Errorf("in a batch\n%v, alone\n%v", again, five)
	}
	s.Samples = 2
	if two := g.make(t, s, []int32{3})[0]; !equalTexts(two, five[:2]) {
		t.Errorf("the first two of five are\n%v, of two\n%v", five[:2], two)
	}
	if slices.Equal(five[0].ids, five[1].ids) {
		t.Error("two samples are the same")
	}
	s.Seed = 8
	if other := g.make(t, s, []int32{3})[0]; equalTexts(other, five[:2]) {
		t.Error("another seed makes the same texts")
	}
}

func equalTexts(a, b []made) bool {
	return slices.EqualFunc(a, b, func(a, b made) bool { return slices.Equal(a.ids, b.ids) })
}

func TestLogProbsOfWhatWasWritten(t *testing.T) {
	g := readDecodeGolden(t)
	for _, parameters := range []string{`{"max_new_tokens": 5, "do_sample": true, "temperature": 0.5}`, `{"max_new_tokens": 5, "num_beams": 3}`} {
		dec := New(settingsOf(t, json.RawMessage(parameters)), len(g.Tokens), nil)
		m, logits := g.start([][]int32{{3}})
		all, err := dec.Write(context.Background(), m, logits, [][]int32{{3}})
		if err != nil {
			t.Fatal(err)
		}
		text, row := []int32{3}, make([]float32, len(g.Tokens))
		for i, id := range all[0][0].IDs {
			g.logits(row, text)
			if got, want := all[0][0].LogProbs[i], float64(row[id])-LogSumExp(row, -1); math.Abs(got-want) > 1e-12 {
				t.Errorf("%s: token %d has log-probability %v, want %v", parameters, i, got, want)
			}
			text = append(text, id)
		}
	}
}

// TestRenormalized: scores are log-probabilities after what is forbidden is.
func TestRenormalized(t *testing.T) {
	s := settingsOf(t, json.RawMessage(`{"renormalize_logits": true, "suppress_tokens": [0]}`))
	scores := []float32{3, 1, 1}
	(&warper{Settings: s}).Warp(scores, []int32{1}, 1, 100)
	if half := float32(math.Log(0.5)); scores[0] != MinusInf || math.Abs(float64(scores[1]-half)) > 1e-6 || scores[1] != scores[2] {
		t.Errorf("scores %v", scores)
	}
}

// TestNothingLeft: where everything is forbidden there is an error, and no token.
func TestNothingLeft(t *testing.T) {
	g := readDecodeGolden(t)
	var all []string
	for i := range g.Tokens {
		all = append(all, fmt.Sprint(i))
	}
	s := settingsOf(t, json.RawMessage(`{"suppress_tokens": [`+strings.Join(all, ",")+`]}`))
	for _, drawn := range []bool{false, true} {
		s.Sample = drawn
		m, logits := g.start([][]int32{{3}})
		if _, err := New(s, len(g.Tokens), nil).Write(t.Context(), m, logits, [][]int32{{3}}); !errors.Is(err, errNothing) {
			t.Errorf("drawn %v: error %v", drawn, err)
		}
	}
	s = settingsOf(t, json.RawMessage(`{}`))
	m, logits := g.start([][]int32{{3}})
	logits[5] = float32(math.NaN())
	if _, err := New(s, len(g.Tokens), nil).Write(t.Context(), m, logits, [][]int32{{3}}); !errors.Is(err, errNotFinite) {
		t.Errorf("error %v", err)
	}
}

func TestLimit(t *testing.T) {
	for _, c := range []struct {
		config string
		prompt int
		limit  int
		reason string
	}{
		{`{}`, 5, 25, "length"},
		{`{"max_length": 9}`, 5, 9, "length"},
		{`{"max_length": 9, "max_new_tokens": 7}`, 5, 12, "length"},
		{`{"max_new_tokens": 9}`, 35, 40, "context"},
		{`{"max_length": 5}`, 5, 0, ""},
		{`{}`, 40, 0, ""},
	} {
		s := settingsOf(t, json.RawMessage(c.config))
		s.Context = 40
		limit, reason, err := s.Limit(c.prompt)
		if limit != c.limit || reason != c.reason || (err != nil) != (c.limit == 0) {
			t.Errorf("%+v: limit %d, %q, error %v", c, limit, reason, err)
		}
	}
}

// FuzzGenerationConfig: whatever a checkpoint says of decoding, texts come of it
// or an error.
func FuzzGenerationConfig(f *testing.F) {
	f.Add([]byte(`{"num_beams": 3, "early_stopping": "never", "eos_token_id": [1, 2], "max_length": 9, "length_penalty": -1.5}`))
	f.Add([]byte(`{"do_sample": true, "top_k": -3, "top_p": 0, "min_p": 2, "bad_words_ids": [[1, -7], []], "forced_bos_token_id": 99}`))
	f.Add([]byte(`{"no_repeat_ngram_size": 90, "min_new_tokens": 5, "suppress_tokens": [-1, 3], "num_return_sequences": 4, "temperature": 1e-300}`))
	x := table{Tokens: [][]float32{{0, 1, 2}, {2, 0, 1}, {1, 2, 0}}, Lengths: [][]float32{{0, 0, 0}}}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := checkpoint.ParseGenerationConfig(text, nil)
		if err != nil {
			return
		}
		s := &Settings{GenerationConfig: *c, Context: 12}
		if s.Check() != nil {
			return
		}
		prompts := [][]int32{{0}, {1, 2}}
		m, logits := x.start(prompts)
		all, err := New(s, 3, nil).Write(t.Context(), m, logits, prompts)
		if err != nil {
			return
		}
		for _, texts := range all {
			for _, g := range texts {
				if len(g.IDs) == 0 || len(g.IDs) > 12 || g.Finish == "" {
					t.Errorf("%s makes %+v", text, g)
				}
			}
		}
	})
}

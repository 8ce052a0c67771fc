package text_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/prompt"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
	"github.com/whence-xai/whence/shap"
)

// A goldenGeneration is what testdata/golden_generation.py wrote.
type goldenGeneration struct {
	Captum struct {
		Fields            []string
		Answer            []int32
		Ablation, Shapley struct {
			Tokens [][]float64
			Whole  []float64
		}
	}
	ContextCite struct {
		Prompts [][]int32
		Answer  []int32
		Tokens  [][]float64
		Odds    []float64
	}
	Forcing struct {
		Prompt string
		Answer []int32
		Odds   []float64
	} `json:"teacher_forcing"`
	Inseq struct {
		Full, Less, Answer, Other string
		LogProb                   []float64
		Contrast, KL              float64
		Entropy                   []float64
	}
}

func stories(t *testing.T) (*model.Generator, goldenGeneration) {
	t.Helper()
	files, err := pretrained.Checkpoint("stories")
	if err != nil {
		t.Fatal(err)
	}
	g, err := model.NewGenerator(files, model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var golden goldenGeneration
	data, err := os.ReadFile("testdata/generation.json")
	if err == nil {
		err = json.Unmarshal(data, &golden)
	}
	if err != nil {
		t.Fatal(err)
	}
	return g, golden
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestGenerationIsCaptums: the fields of a template, left out of the text, get
// what LLMAttribution gives them, of every token of the answer.
func TestGenerationIsCaptums(t *testing.T) {
	g, golden := stories(t)
	want := golden.Captum
	var values []prompt.Value
	for i, field := range want.Fields {
		values = append(values, prompt.Value{Field: string(rune('a' + i)), Text: field})
	}
	prompt, err := prompt.Template("{a} {b} {c} {d}").Fill(values)
	if err != nil {
		t.Fatal(err)
	}
	o, err := prompt.Whole(text.Options{Masker: text.Rewrite{}})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := g.Continuation(want.Answer)
	if err != nil {
		t.Fatal(err)
	}
	game := must(t)(o.NewGame(g, prompt.Text, answer.LogProbs()))
	whole := must(t)(o.NewGame(g, prompt.Text, answer.LogProb()))
	x, err := shap.Exact{}.Estimate(t.Context(), game)
	if err != nil {
		t.Fatal(err)
	}
	y, err := shap.Exact{}.Estimate(t.Context(), whole)
	if err != nil {
		t.Fatal(err)
	}
	n := len(want.Fields)
	batch := explain.NewCoalitions(n, n+1)
	for i := range n {
		c := explain.Grand(n)
		c.Remove(i)
		batch.Append(c)
	}
	batch.Append(explain.Grand(n))
	k := game.Outputs()
	v := make([]float64, batch.Len()*k)
	if err := game.Value(t.Context(), v, batch); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		near(t, "sequence", y.Terms[i].Score[0], want.Shapley.Whole[i], 1e-4)
		sum := 0.0
		for o := range k {
			near(t, "Shapley value", x.Terms[i].Score[o], want.Shapley.Tokens[o][i], 1e-4)
			near(t, "ablation", v[n*k+o]-v[i*k+o], want.Ablation.Tokens[o][i], 1e-4)
			sum += x.Terms[i].Score[o]
		}
		near(t, "sum of the tokens' values", sum, y.Terms[i].Score[0], 1e-9)
	}
	for o := range k {
		near(t, "efficiency", x.Sum(o), x.Full[o], 1e-9)
	}
}

// score returns what a target says of prompts.
func score(t *testing.T, target text.Scorer, prompts ...[]int32) []float64 {
	t.Helper()
	var seqs []model.Sequence
	for _, p := range prompts {
		seqs = append(seqs, model.Sequence{IDs: p})
	}
	dst := make([]float64, len(seqs)*target.Outputs())
	if err := target.Score(t.Context(), dst, seqs); err != nil {
		t.Fatal(err)
	}
	return dst
}

func TestOddsAreContextCites(t *testing.T) {
	g, golden := stories(t)
	want := golden.ContextCite
	answer, err := g.Continuation(want.Answer)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range score(t, answer.LogOdds(), want.Prompts...) {
		near(t, "log-odds", v, want.Odds[i], 1e-4)
	}
	n := len(want.Answer)
	for i, v := range score(t, answer.TokenLogOdds(), want.Prompts...) {
		near(t, "log-odds of a token", v, want.Tokens[i/n][i%n], 1e-3)
	}
}

func TestTokenOddsAreShaps(t *testing.T) {
	g, golden := stories(t)
	prompt, err := g.Prompt(golden.Forcing.Prompt)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := g.Continuation(golden.Forcing.Answer)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range score(t, answer.TokenLogOdds(), prompt) {
		near(t, "log-odds of a token", v, golden.Forcing.Odds[i], 1e-3)
	}
}

func TestContrastAndChangeAreInseqs(t *testing.T) {
	g, golden := stories(t)
	want := golden.Inseq
	full, err1 := g.Prompt(want.Full)
	less, err2 := g.Prompt(want.Less)
	answer, err3 := g.ContinuationOf(want.Full, want.Answer)
	other, err4 := g.ContinuationOf(want.Full, want.Other)
	change, err5 := g.Change(t.Context(), nil, model.Sequence{IDs: full})
	for _, err := range []error{err1, err2, err3, err4, err5} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, v := range score(t, answer.LogProbs(), full) {
		near(t, "log-probability", v, want.LogProb[i], 1e-4)
	}
	near(t, "contrast", score(t, answer.Against(other), full)[0], want.Contrast, 1e-4)
	for i, v := range score(t, change, full, less) {
		near(t, "change", v, []float64{0, 0, -want.KL, want.Entropy[1] - want.Entropy[0]}[i], 1e-4)
	}
}

// TestWrittenPrefixPlays: what is written already may be players beside the
// source; with all of them present the rest is as likely as after these tokens.
func TestWrittenPrefixPlays(t *testing.T) {
	files, err := pretrained.Checkpoint("g2p")
	if err != nil {
		t.Fatal(err)
	}
	g2p, err := model.NewTranslator(files, model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const source = "wonder"
	m := model.Interpreter{Translator: g2p}
	seq, _, err := g2p.Source(source, m.Options)
	if err != nil {
		t.Fatal(err)
	}
	all, err := g2p.Translate(t.Context(), source, m.Options)
	if err != nil {
		t.Fatal(err)
	}
	ids := all[0].IDs
	var prefix string
	for ; prefix == ""; ids = ids[1:] { // up to the first token that reads
		c, err := g2p.Continuation(ids[:1])
		if err != nil {
			t.Fatal(err)
		}
		prefix = c.Pieces()[0]
	}
	whole, err1 := g2p.Continuation(all[0].IDs)
	rest, err2 := g2p.Continuation(ids)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	n := len(all[0].IDs)
	want := score(t, whole.Part(n-len(ids), n).LogProb(), seq.IDs)[0]
	game := must(t)(text.Options{Unit: unit.Characters, Second: len(source), Masker: text.Hide{}}.NewGame(m, source+prefix, rest.LogProb()))
	if got, want := game.Players(), len(source)+1; got != want {
		t.Fatalf("%d players, want %d: %q", got, want, names(game))
	}
	present := []int{0, 1, 2, 3, 4, 5, 6}
	v := values(t, game, present, present[:6])
	near(t, "log-probability", v[0], want, 1e-9)
	if math.Abs(v[1]-want) < 1e-6 {
		t.Error("the prefix makes no difference")
	}
}

// TestBareTextGetsNoFormat: of a text that spells the model's format, nothing is
// added.
func TestBareTextGetsNoFormat(t *testing.T) {
	r := newReader(t)
	target := &sum{read: r.spell}
	g := must(t)(text.Options{Bare: true, Keep: []explain.Span{{Start: 0, End: 5}}}.NewGame(r, "[CLS] a film", target))
	values(t, g, []int{1})
	if want := "[CLS] [MASK] film"; target.asked[0] != want {
		t.Errorf("asked %q, want %q", target.asked[0], want)
	}
}

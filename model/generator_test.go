package model

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/whence-xai/whence/model/chat"
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/tokenizer"
)

func stories(t testing.TB) *Generator {
	t.Helper()
	g, err := opened(filepath.Join("pretrained", "stories"), Options{}, NewGenerator)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func g2p(t testing.TB) *Translator {
	t.Helper()
	m, err := opened(filepath.Join("pretrained", "g2p"), Options{}, NewTranslator)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestStreams: tokens come as they are chosen; what they add up to is what
// Generate returns, and nothing is chosen for those who stop listening.
func TestStreams(t *testing.T) {
	g := stories(t)
	prompt, err := g.Prompt("Once upon")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []Decoding{
		{MaxTokens: 30}, {MaxTokens: 30, Samples: 3, Temperature: 1.2}, {MaxTokens: 12, Beams: 3, Samples: 2},
	} {
		all, err := g.GenerateAll(t.Context(), [][]int32{prompt}, d)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]Generation, len(all[0]))
		for token, err := range g.Stream(t.Context(), prompt, d) {
			if err != nil {
				t.Fatal(err)
			}
			if !utf8.ValidString(token.Text) {
				t.Errorf("a piece breaks a character: %q", token.Text)
			}
			x := &got[token.Sample]
			x.Text, x.IDs, x.LogProbs = x.Text+token.Text, append(x.IDs, token.ID), append(x.LogProbs, token.LogProb)
			x.Finish, x.Score = token.Finish, token.Score
		}
		for i, want := range all[0] {
			x := got[i]
			if x.Text != want.Text || !slices.Equal(x.IDs, want.IDs) || !slices.Equal(x.LogProbs, want.LogProbs) || x.Finish != want.Finish || x.Score != want.Score {
				t.Errorf("%+v: streamed\n%+v, generated\n%+v", d, x, want)
			}
		}
	}
	n := 0
	for range g.Stream(t.Context(), prompt, Decoding{MaxTokens: 30}) {
		if n++; n == 3 {
			break
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range g.Stream(ctx, prompt, Decoding{}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("canceled: error %v", err)
		}
	}
}

// TestArticle is the one that everybody starts from: five texts of GPT-2 with
// at most 50 tokens, drawn at temperature 0.7.
func TestArticle(t *testing.T) {
	texts, err := stories(t).Generate(t.Context(), "I enjoy walking with my cute dog", Decoding{MaxLength: 50, Samples: 5, Temperature: 0.7, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, x := range texts {
		seen[x.Text] = true
		if x.Finish != "length" && x.Finish != "end" || strings.Contains(x.Text, "</s>") {
			t.Errorf("%q ends by %q", x.Text, x.Finish)
		}
	}
	if len(texts) != 5 || len(seen) < 2 {
		t.Errorf("%d texts, %d of them different", len(texts), len(seen))
	}
}

// TestContinuationScores: the log-probabilities of what was written are the
// same when they are scored afterwards, in one pass, among others.
func TestContinuationScores(t *testing.T) {
	g := stories(t)
	prompt, err := g.Prompt("Once upon a time")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := g.GenerateAll(t.Context(), [][]int32{prompt}, Decoding{MaxTokens: 20})
	if err != nil {
		t.Fatal(err)
	}
	written, err := g.Continuation(texts[0][0].IDs)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(written.Pieces(), ""); got != strings.TrimPrefix(texts[0][0].Text, " ") {
		t.Errorf("pieces %q of %q", written.Pieces(), texts[0][0].Text)
	}
	scores(t, written, Sequence{IDs: prompt}, texts[0][0].LogProbs)

	m := g2p(t)
	source, _, err := m.Source("whence", TranslateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	spelled, err := m.TranslateAll(t.Context(), []Sequence{source}, TranslateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	written, err = m.Continuation(spelled[0][0].IDs)
	if err != nil {
		t.Fatal(err)
	}
	scores(t, written, source, spelled[0][0].LogProbs)
}

func scores(t *testing.T, c *Continuation, s Sequence, want []float64) {
	t.Helper()
	target := c.LogProbs()
	shorter := Sequence{IDs: s.IDs[:2]}
	dst := make([]float64, 3*target.Outputs())
	if err := target.Score(t.Context(), dst, []Sequence{shorter, s, s}); err != nil {
		t.Fatal(err)
	}
	n := target.Outputs()
	for i, v := range want {
		if math.Abs(dst[n+i]-v) > tinyTolerance || dst[n+i] != dst[2*n+i] {
			t.Errorf("token %d: %v and %v, while it was written %v", i, dst[n+i], dst[2*n+i], v)
		}
	}
}

// TestHiddenPrompt: a hidden token is as if the model had never seen it, but
// those behind keep their places.
func TestHiddenPrompt(t *testing.T) {
	g := stories(t)
	prompt, err := g.Prompt("Once upon a time")
	if err != nil {
		t.Fatal(err)
	}
	c, err := g.Continuation([]int32{400, 401})
	if err != nil {
		t.Fatal(err)
	}
	n := len(prompt)
	hidden := make([]bool, n)
	hidden[2], hidden[n-1] = true, true
	positions := []int32{0, 1}
	for i := 3; i < n-1; i++ {
		positions = append(positions, int32(i))
	}
	// Without the hidden ones, what follows the prompt would stand one place nearer.
	left := Sequence{IDs: slices.Concat(prompt[:2], prompt[3:n-1]), Positions: positions}
	target := c.LogProbs()
	dst := make([]float64, 2*target.Outputs())
	if err := target.Score(t.Context(), dst, []Sequence{{IDs: prompt, Hidden: hidden}, left}); err != nil {
		t.Fatal(err)
	}
	if dst[0] != dst[2] {
		t.Errorf("the first token scores %v with hidden tokens, %v without them", dst[0], dst[2])
	}
}

func TestStopStrings(t *testing.T) {
	g := stories(t)
	for stop, want := range map[string]string{
		"time,": " a time,", "upon a": " a", "e, the": " a time, there", "Lily": " a time, there was a little girl named Lily",
	} {
		texts, err := g.Generate(t.Context(), "Once upon", Decoding{MaxTokens: 40, Stop: []string{"nowhere", stop}})
		if err != nil {
			t.Fatal(err)
		}
		if texts[0].Text != want || texts[0].Finish != "stop" {
			t.Errorf("%q: %q ends by %q, want %q", stop, texts[0].Text, texts[0].Finish, want)
		}
	}
}

// TestContextEnds: a text that grows to what the model reads ends there.
func TestContextEnds(t *testing.T) {
	m := openGolden(t, "gpt2")
	g := &Generator{&writer{facts{m: m.loaded}, &checkpoint.GenerationConfig{Temperature: 1, TopP: 1, RepetitionPenalty: 1, Samples: 1, Beams: 1}}}
	all, err := g.GenerateAll(t.Context(), [][]int32{{5, 6}}, Decoding{MaxTokens: 100})
	if err != nil {
		t.Fatal(err)
	}
	if x := all[0][0]; x.Finish != "context" || len(x.IDs) != g.MaxTokens()-2 {
		t.Errorf("%d tokens, ends by %q", len(x.IDs), x.Finish)
	}
	for want, prompt := range map[string][]int32{
		"no tokens": {}, "not below": {99}, "at most": make([]int32, 30), "reads no more": make([]int32, g.MaxTokens()),
	} {
		if _, err := g.GenerateAll(t.Context(), [][]int32{prompt}, Decoding{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestChat(t *testing.T) {
	g := stories(t)
	hi := chat.Conversation{Messages: []chat.Message{{Role: "user", Content: "Hi"}}}
	if _, err := g.Chat(t.Context(), hi, time.Time{}); err == nil || !strings.Contains(err.Error(), "no chat template") {
		t.Errorf("error %v", err)
	}
	config, err := os.ReadFile(filepath.Join("pretrained", "stories", "tokenizer_config.json"))
	if err != nil {
		t.Fatal(err)
	}
	template := "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}{{ eos_token }}{% endfor %}"
	text, err := json.Marshal(template)
	if err != nil {
		t.Fatal(err)
	}
	several := `[{"name": "tools", "template": "x"}, {"name": "default", "template": ` + string(text) + `}]`
	var want []int32
	for _, value := range []string{string(text), several} {
		c := g.m.files
		c.TokenizerConfig = []byte(strings.Replace(string(config), "{", `{"chat_template": `+value+`,`, 1))
		changed := *g.m
		changed.files = c
		got, err := (&Generator{&writer{facts{m: &changed}, g.configured}}).Chat(t.Context(), hi, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if got[0] != 1 || got[len(got)-1] != 2 || slices.Index(got[1:], 1) >= 0 || !slices.Equal(got, want) {
			t.Errorf("tokens %v", got)
		}
	}
}

func TestLanguages(t *testing.T) {
	m := g2p(t)
	if _, err := m.Translate(t.Context(), "a", TranslateOptions{To: "fr"}); err == nil || !strings.Contains(err.Error(), `no token for language "fr"`) {
		t.Errorf("error %v", err)
	}
	if _, err := m.Translate(t.Context(), "a", TranslateOptions{From: "fr"}); err == nil || !strings.Contains(err.Error(), `no token for language "fr"`) {
		t.Errorf("error %v", err)
	}
}

// TestManyLanguages: the source names its language in the place that the format
// has for it, and what is written begins with the other one, as NLLB has it.
func TestManyLanguages(t *testing.T) {
	const words = `{"model":{"type":"WordLevel","unk_token":"<unk>","vocab":{"<unk>":3,"a":4,"b":5,"</s>":2,"eng_Latn":20,"fra_Latn":21}},
		"added_tokens":[{"id":2,"content":"</s>","special":true},{"id":20,"content":"eng_Latn","special":true},{"id":21,"content":"fra_Latn","special":true}],
		"pre_tokenizer":{"type":"Whitespace"},
		"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"eng_Latn"}},{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"</s>"}}],"pair":[],
			"special_tokens":{"eng_Latn":{"id":"eng_Latn","ids":[20],"tokens":["eng_Latn"]},"</s>":{"id":"</s>","ids":[2],"tokens":["</s>"]}}}}`
	spoken, err := tokenizer.Parse([]byte(words), []byte(`{"eos_token":"</s>","unk_token":"<unk>"}`))
	if err != nil {
		t.Fatal(err)
	}
	golden := openGolden(t, "m2m-100")
	golden.tokenizer, golden.target = spoken, spoken
	c, err := checkpoint.ParseGenerationConfig([]byte(`{"decoder_start_token_id":2,"eos_token_id":2,"max_new_tokens":4}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	m := &Translator{&writer{facts{m: golden.loaded}, c}}
	for from, want := range map[string][]int32{"": {20, 4, 5, 2}, "fra_Latn": {21, 4, 5, 2}} {
		o := TranslateOptions{From: from, To: "eng_Latn"}
		source, _, err := m.Source("a b", o)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(source.IDs, want) {
			t.Errorf("from %q: source %v, want %v", from, source.IDs, want)
		}
		texts, err := m.Translate(t.Context(), "a b", o)
		if err != nil {
			t.Fatal(err)
		}
		if first := texts[0].IDs[0]; first != 20 {
			t.Errorf("the text begins with %d, want the language", first)
		}
	}
}

// BenchmarkGenerate writes with the built-in model.
func BenchmarkGenerate(b *testing.B) {
	g := stories(b)
	for b.Loop() {
		if _, err := g.Generate(b.Context(), "Once upon a time", Decoding{MaxTokens: 100}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestNothingSeen: of a sequence that is hidden altogether nobody can tell anything.
func TestNothingSeen(t *testing.T) {
	s := []Sequence{{IDs: []int32{2, 3}, Hidden: []bool{true, true}}}
	_, _, err := taskModel(t, "words-span", NewAnswerer).Logits(t.Context(), s)
	if err == nil || !strings.Contains(err.Error(), "all tokens are hidden") {
		t.Errorf("error %v", err)
	}
}

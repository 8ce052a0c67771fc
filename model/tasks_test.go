package model

import (
	"cmp"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// taskTolerance is how far probabilities may be from those of transformers.
const taskTolerance = tinyTolerance

// A taskGolden is testdata/tasks/tasks.json, which testdata/golden_tasks.py writes.
type taskGolden struct {
	Tags map[string][]struct {
		Text, How string
		Stride    int
		Entities  []struct {
			Label      string
			Score      float64
			Start, End int // in characters
		}
	}
	Fills map[string][]struct {
		Text     string
		Words    int
		Targets  []string
		Fillings [][]struct {
			Score    float64
			Token    int32
			TokenStr string `json:"token_str"`
			Sequence string
		}
	}
	Classes []struct {
		Model, Text string
		Pair        *string
		Scores      []LabelScore
	}
	ZeroShot []struct {
		Text     string
		Labels   []string
		Template string
		Any      bool
		Scores   []LabelScore
	} `json:"zero_shot"`
	Embeddings []struct {
		Text   string
		Vector []float32
	}
}

func readTasks(t *testing.T) *taskGolden {
	t.Helper()
	var g taskGolden
	readGolden(t, "tasks/tasks.json", &g)
	return &g
}

func taskModel[T any](t testing.TB, name string, build func(Checkpoint, Options) (*T, error)) *T {
	t.Helper()
	m, err := opened(filepath.Join("testdata", "tasks", name), Options{}, build)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// characters returns byte offset i of text in characters.
func characters(text string, i int) int { return utf8.RuneCountInString(text[:i]) }

func TestTagsEqualPipeline(t *testing.T) {
	for name, cases := range readTasks(t).Tags {
		m := taskModel(t, name, NewTagger)
		for _, c := range cases {
			got, err := m.Tag(t.Context(), c.Text, TagOptions{Aggregation: c.How, Stride: c.Stride})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(c.Entities) {
				t.Errorf("%s, %s, %.40q: %d entities, want %d", name, c.How, c.Text, len(got), len(c.Entities))
				continue
			}
			for i, want := range c.Entities {
				e := got[i]
				start, end := characters(c.Text, e.Span.Start), characters(c.Text, e.Span.End)
				if e.Label != want.Label || start != want.Start || end != want.End || math.Abs(e.Score-want.Score) > taskTolerance {
					t.Errorf("%s, %s, %.40q: entity %d is %+v, want %+v", name, c.How, c.Text, i, e, want)
				}
				if e.Text != c.Text[e.Span.Start:e.Span.End] {
					t.Errorf("%s: text %q is not at its span", name, e.Text)
				}
			}
		}
	}
}

func TestFillingsEqualPipeline(t *testing.T) {
	for name, cases := range readTasks(t).Fills {
		m := taskModel(t, name, NewFiller)
		for _, c := range cases {
			got, err := m.Fill(t.Context(), c.Text, FillOptions{Words: c.Words, Targets: c.Targets})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(c.Fillings) {
				t.Fatalf("%s, %q: %d masks, want %d", name, c.Text, len(got), len(c.Fillings))
			}
			for i, fillings := range c.Fillings {
				for j, want := range fillings {
					f := got[i][j]
					if f.ID != want.Token || f.Word != want.TokenStr || f.Text != want.Sequence || math.Abs(f.Score-want.Score) > taskTolerance {
						t.Errorf("%s, %q: mask %d, word %d is %+v, want %+v", name, c.Text, i, j, f, want)
					}
				}
			}
		}
	}
}

func TestClassesEqualPipeline(t *testing.T) {
	for _, c := range readTasks(t).Classes {
		m := taskModel(t, c.Model, NewClassifier)
		var pair []string
		if c.Pair != nil {
			pair = append(pair, *c.Pair)
		}
		got, err := m.Classify(t.Context(), c.Text, pair...)
		if err != nil {
			t.Fatal(err)
		}
		if !sameScores(got, c.Scores) {
			t.Errorf("%s, %q, %q: %v, want %v", c.Model, c.Text, pair, got, c.Scores)
		}
	}
}

func TestZeroShotEqualsPipeline(t *testing.T) {
	m := taskModel(t, "words-single", NewClassifier)
	for _, c := range readTasks(t).ZeroShot {
		got, err := m.ZeroShot(t.Context(), c.Text, c.Labels, ZeroShotOptions{Template: c.Template, AnyOf: c.Any})
		if err != nil {
			t.Fatal(err)
		}
		if !sameScores(got, c.Scores) {
			t.Errorf("%q, %q: %v, want %v", c.Labels, c.Template, got, c.Scores)
		}
	}
	for want, try := range map[string]func() error{
		"no labels": func() error { _, err := m.ZeroShot(t.Context(), "a", nil, ZeroShotOptions{}); return err },
		"no {}": func() error {
			_, err := m.ZeroShot(t.Context(), "a", []string{"b"}, ZeroShotOptions{Template: "c"})
			return err
		},
		"no class entailment": func() error {
			_, err := taskModel(t, "words-multi", NewClassifier).ZeroShot(t.Context(), "a", []string{"b"}, ZeroShotOptions{})
			return err
		},
		"3 texts": func() error { _, err := m.Classify(t.Context(), "a", "b", "c"); return err },
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func sameScores(got, want []LabelScore) bool {
	return slices.EqualFunc(got, want, func(a, b LabelScore) bool {
		return a.Label == b.Label && math.Abs(a.Score-b.Score) <= taskTolerance*max(1, math.Abs(b.Score))
	})
}

func TestEmbeddings(t *testing.T) {
	m := taskModel(t, "words-masked", NewEmbedder)
	var texts []string
	golden := readTasks(t).Embeddings
	for _, c := range golden {
		texts = append(texts, c.Text)
	}
	got, err := m.Embed(t.Context(), texts...)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range golden {
		if !slices.EqualFunc(got[i], c.Vector, func(a, b float32) bool { return math.Abs(float64(a-b)) < tinyTolerance }) {
			t.Errorf("%q: %v, want %v", c.Text, got[i], c.Vector)
		}
	}
}

// TestAnswersEqualPipeline: testdata/golden_answers.py wrote what is wanted.
func TestAnswersEqualPipeline(t *testing.T) {
	var golden map[string][]struct {
		Question, Context string
		Given             struct {
			TopK     int   `json:"top_k"`
			Align    *bool `json:"align_to_words"`
			Longest  int   `json:"max_answer_len"`
			NoAnswer bool  `json:"handle_impossible_answer"`
			Stride   int   `json:"doc_stride"`
		}
		Answers []struct {
			Answer     string
			Score      float64
			Start, End int // in characters
		}
	}
	readGolden(t, "tasks/answers.json", &golden)
	for name, cases := range golden {
		m := taskModel(t, name, NewAnswerer)
		for _, c := range cases {
			got, err := m.Answer(t.Context(), c.Question, c.Context, AnswerOptions{
				Answers: c.Given.TopK, MaxTokens: c.Given.Longest, NoAnswer: c.Given.NoAnswer, Tokens: c.Given.Align != nil, Stride: c.Given.Stride,
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) < len(c.Answers) {
				t.Errorf("%s, %q, %.40q: %d answers, want %d", name, c.Question, c.Context, len(got), len(c.Answers))
				continue
			}
			for i, want := range c.Answers {
				a := got[i]
				start, end := characters(c.Context, a.Span.Start), characters(c.Context, a.Span.End)
				if a.Text != want.Answer || start != want.Start || end != want.End || math.Abs(a.Score-want.Score) > taskTolerance {
					t.Errorf("%s, %q, %.40q, %+v: answer %d is %+v, want %+v", name, c.Question, c.Context, c.Given, i, a, want)
				}
			}
		}
	}
}

func TestWindows(t *testing.T) {
	m := taskModel(t, "words-span", NewAnswerer)
	e, err := m.Tokenizer().EncodePair("who", strings.Repeat("a ", 20))
	if err != nil {
		t.Fatal(err)
	}
	all, err := windows(e, 1, 12, 3) // 8 tokens of the context at a time
	if err != nil {
		t.Fatal(err)
	}
	var from []int
	for _, w := range all {
		from = append(from, w.from-w.lo)
		s := w.sequence()
		if len(s.IDs) > 12 || s.IDs[0] != 2 || s.IDs[len(s.IDs)-1] != 3 || s.Types[len(s.IDs)-1] != 1 {
			t.Errorf("window %v", s)
		}
	}
	if want := []int{0, 5, 10, 15}; !slices.Equal(from, want) {
		t.Errorf("windows from %v, want %v", from, want)
	}
	for limit, want := range map[int]string{4: "leaves no room", 6: "cannot share"} {
		if _, err := windows(e, 1, limit, 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("limit %d: error %v, want one with %q", limit, err, want)
		}
	}
}

// TestTagsInOrder: entities are in order and do not overlap, whatever the windows.
func TestTagsInOrder(t *testing.T) {
	m := taskModel(t, "words-token", NewTagger)
	got, err := m.Tag(t.Context(), strings.Repeat("Ada Lovelace lives in Paris. ", 30), TagOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(got, func(a, b Entity) int { return cmp.Compare(a.Span.End, b.Span.Start+1) }) || len(got) == 0 {
		t.Errorf("entities overlap: %v", got)
	}
}

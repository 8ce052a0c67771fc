package model

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestClassifierFacts(t *testing.T) {
	c := load(t, "pretrained", Options{})
	if got := c.Labels(); !slices.Equal(got, []string{"NEGATIVE", "POSITIVE"}) {
		t.Errorf("labels %q", got)
	}
	if got := c.MaxTokens(); got != 512 {
		t.Errorf("at most %d tokens, want 512", got)
	}
	if id, ok := c.MaskID(); id != 103 || !ok {
		t.Errorf("mask %d %v, want 103", id, ok)
	}
	if id, ok := c.PadID(); id != 0 || !ok {
		t.Errorf("pad %d %v, want 0", id, ok)
	}
	if c.Name() != "pretrained" {
		t.Errorf("name %q", c.Name())
	}
	// From the list of the model's files.
	const want = "37c7df9592f51f6c4da611e60c0b77efd7c42b2eb71a45a03d3ff70f4f317146"
	if got := c.SHA256(); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

func TestLabel(t *testing.T) {
	c := &Classifier{facts: facts{m: &loaded{labels: []string{"Yes", "no", "NO", "maybe"}}}}
	for name, want := range map[string]int{"Yes": 0, "yes": 0, "no": 1, "NO": 2, "MAYBE": 3} {
		if got, err := c.Label(name); got != want || err != nil {
			t.Errorf("%q: %d, error %v, want %d", name, got, err, want)
		}
	}
	for name, want := range map[string]string{"No": `could be 1 ("no") or 2 ("NO"): give its number`, "never": "there are: Yes, no, NO, maybe"} {
		if _, err := c.Label(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", name, err, want)
		}
	}
}

func TestTargets(t *testing.T) {
	c := load(t, tinyDir, Options{})
	seq := Sequence{IDs: []int32{2, 7, 8, 10, 3}}
	z := logits(t, c, seq)
	no, maybe, yes := float64(z[0]), float64(z[1]), float64(z[2])
	all := math.Exp(no) + math.Exp(maybe) + math.Exp(yes)
	for _, test := range []struct {
		task   task
		target func(...string) *Target
		scale  string
		class  []string
		want   []float64
	}{
		{oneOf, c.Logit, "logit", []string{"yes", "no"}, []float64{yes, no}},
		{oneOf, c.Probability, "probability", nil, []float64{math.Exp(no) / all, math.Exp(maybe) / all, math.Exp(yes) / all}},
		{oneOf, c.LogOdds, "log-odds", []string{"YES"}, []float64{yes - math.Log(math.Exp(no)+math.Exp(maybe))}},
		{anyOf, c.LogOdds, "log-odds", []string{"maybe"}, []float64{maybe}},
		{anyOf, c.Probability, "probability", []string{"maybe"}, []float64{1 / (1 + math.Exp(-maybe))}},
		{regression, c.Probability, "logit", nil, []float64{no, maybe, yes}},
	} {
		c.task = test.task
		target := test.target(test.class...)
		if err := target.Validate(); err != nil {
			t.Fatal(err)
		}
		names := test.class
		if names == nil {
			names = c.Labels()
		}
		if target.Scale() != test.scale || target.Outputs() != len(test.want) || !strings.EqualFold(strings.Join(target.Names(), " "), strings.Join(names, " ")) {
			t.Errorf("target %s of %q with %d outputs, want %s of %q", target.Scale(), target.Names(), target.Outputs(), test.scale, names)
		}
		got := make([]float64, 2*len(test.want))
		if err := target.Score(context.Background(), got, []Sequence{seq, seq}); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if want := test.want[i%len(test.want)]; math.Abs(got[i]-want) > 1e-12 {
				t.Errorf("%s of %q: %v, want %v twice", test.scale, test.class, got, test.want)
				break
			}
		}
	}
}

// TestExtremeTargets: no overflow, however large the logits.
func TestExtremeTargets(t *testing.T) {
	c := &Classifier{facts: facts{m: &loaded{labels: []string{"a", "b", "c"}}}}
	for _, test := range []struct {
		scale  scale
		class  int
		logits []float32
		want   float64
	}{
		{logOdds, 0, []float32{1000, -1000, -1000}, 2000 - math.Ln2},
		{logOdds, 1, []float32{1000, -1000, -1000}, -2000},
		{probability, 0, []float32{1000, -1000, -1000}, 1},
		{probability, 1, []float32{1000, -1000, -1000}, 0},
	} {
		target := classTarget{classifier: c, scale: test.scale}
		if got := target.value(test.logits, test.class); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s of %v: %v, want %v", test.scale, test.logits, got, test.want)
		}
	}
}

func TestUnknownClasses(t *testing.T) {
	c := load(t, tinyDir, Options{})
	target := c.LogOdds("YES", "perhaps", "never")
	for _, err := range []error{target.Validate(), target.Score(context.Background(), make([]float64, 3), nil)} {
		for _, want := range []string{`"perhaps"`, `"never"`, "no, maybe, yes"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want one with %s", err, want)
			}
		}
	}
}

func TestBadSequences(t *testing.T) {
	c := load(t, tinyDir, Options{})
	long := make([]int32, 25)
	for want, s := range map[string]Sequence{
		"no tokens":                    {},
		"2 types for 3 tokens":         {IDs: []int32{1, 2, 3}, Types: []uint8{0, 0}},
		"1 positions for 2 tokens":     {IDs: []int32{1, 2}, Positions: []int32{0}},
		"1 marks of hidden tokens":     {IDs: []int32{1, 2}, Hidden: []bool{false}},
		"token 0 is hidden":            {IDs: []int32{1, 2}, Hidden: []bool{true, false}},
		"at most 24":                   {IDs: long},
		"token 1 is 20, not below 20":  {IDs: []int32{1, 20}},
		"token 0 is -1, not below 20":  {IDs: []int32{-1}},
		"at position 24, not below 24": {IDs: []int32{1}, Positions: []int32{24}},
		"at position -1, not below 24": {IDs: []int32{1}, Positions: []int32{-1}},
		"of type 3, not below 3":       {IDs: []int32{1}, Types: []uint8{3}},
	} {
		dst := []float32{7, 7, 7, 7, 7, 7}
		err := c.Logits(context.Background(), dst, []Sequence{{IDs: []int32{2, 3}}, s})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "sequence 1") {
			t.Errorf("error %v, want one with %q", err, want)
		}
		if dst[0] != 7 {
			t.Errorf("%s: logits were written all the same", want)
		}
	}
}

func TestWrongRoom(t *testing.T) {
	c := load(t, tinyDir, Options{})
	seqs := []Sequence{{IDs: []int32{2, 3}}}
	if err := c.Logits(context.Background(), make([]float32, 2), seqs); err == nil {
		t.Error("logits of 3 labels in room for 2: no error")
	}
	if err := c.LogOdds().Score(context.Background(), make([]float64, 2), seqs); err == nil {
		t.Error("scores of 3 labels in room for 2: no error")
	}
	if err := c.Logits(context.Background(), nil, nil); err != nil {
		t.Errorf("no sequences: %v", err)
	}
}

func TestHashOfShards(t *testing.T) {
	one := load(t, "testdata/bert-tiny/sharded", Options{})
	two := load(t, tinyDir, Options{})
	if one.SHA256() == two.SHA256() || len(one.SHA256()) != 64 {
		t.Errorf("hashes %s and %s", one.SHA256(), two.SHA256())
	}
}

// TestStartID: a causal classifier reads a token where there is no text.
func TestStartID(t *testing.T) {
	m := openGolden(t, "gpt2-sequence")
	c, err := NewClassifier(m.files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := c.StartID(); !ok || id != 1 {
		t.Errorf("token %d, %v, want that of the config", id, ok)
	}
	if id, ok := load(t, tinyDir, Options{}).StartID(); ok {
		t.Errorf("token %d of an encoder", id)
	}
}

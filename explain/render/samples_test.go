package render

import (
	"math"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// sample is an explanation of a text whose players are the words given, with a
// score each; an odd sentence may hold a word twice.
func sample(text string, words []string, scores ...float64) *explain.Explanation {
	x := &explain.Explanation{
		Index: explain.SV, Order: 1, Outputs: []string{"POSITIVE"},
		Baseline: []float64{-0.2134}, Full: []float64{-0.2134},
		Evaluations: 512, Duplicates: 14, Seconds: 0.3127,
		Estimator: explain.Provenance{Name: "kernel", Reason: "more than 11 players", Budget: 512, Seed: 1},
		Subject: explain.Subject{
			Text: text, Model: "sentiment-minilm", SHA256: strings.Repeat("37c7df95", 8), Scale: "log-odds",
			Scores: []explain.ClassScore{{Class: "NEGATIVE", Probability: 0.002}, {Class: "POSITIVE", Probability: 0.998}},
			Masker: "replace", Unit: "word",
		},
		Quality: &explain.Quality{R2: []float64{0.9321}, Coalitions: 32, HeldOut: true},
	}
	at := 0
	for i, w := range words {
		start := at + strings.Index(text[at:], w)
		at = start + len(w)
		x.Players = append(x.Players, explain.Player{Text: w, Start: start, End: at})
		s := scores[i%len(scores)]
		x.Terms = append(x.Terms, explain.Term{Players: []int{i}, Score: []float64{s}, Err: []float64{0.0123 + 0.001*float64(i)}})
		x.Full[0] += s
	}
	return x
}

func plot() *explain.Explanation {
	return sample("The plot is thin, but the acting is wonderful.",
		[]string{"The", "plot", "is", "thin", "but", "the", "acting", "is", "wonderful"},
		0.0712, -0.4311, -0.1021, -1.8123, 0.9025, 0.00002, 0.3310, 0.2218, 3.2104)
}

func exactly(x *explain.Explanation) *explain.Explanation {
	x.Estimator = explain.Provenance{Name: "exact", Reason: "512 coalitions are within the budget", Budget: 512}
	x.Quality.HeldOut, x.Quality.Coalitions = false, 512
	for _, t := range x.Terms {
		t.Err[0] = 0
	}
	return x
}

func withoutErrors(x *explain.Explanation) *explain.Explanation {
	x.Index = explain.LIME
	x.Quality = nil
	x.Surrogate = &explain.Surrogate{Intercept: []float64{0.1}, Prediction: []float64{2.2}, R2: []float64{0.61}}
	for i, t := range x.Terms {
		if i != 3 {
			t.Err[0] = math.NaN()
		}
	}
	return x
}

func bothClasses() *explain.Explanation {
	x := plot()
	x.Outputs = []string{"NEGATIVE", "POSITIVE"}
	x.Baseline = []float64{0.2134, -0.2134}
	x.Full = []float64{-x.Full[0], x.Full[0]}
	for i := range x.Terms {
		t := &x.Terms[i]
		t.Score = []float64{-t.Score[0], t.Score[0]}
		t.Err = []float64{t.Err[0], t.Err[0]}
	}
	x.Quality.R2 = []float64{0.9321, 0.9412}
	return x
}

func manyClasses() *explain.Explanation {
	x := plot()
	x.Outputs, x.Baseline, x.Full, x.Quality = nil, nil, nil, nil
	for i := range x.Terms {
		x.Terms[i].Score, x.Terms[i].Err = nil, nil
	}
	for k := range 28 {
		x.Outputs = append(x.Outputs, strings.Repeat("feeling", 1+k%4))
		x.Baseline = append(x.Baseline, 0.01*float64(k))
		x.Full = append(x.Full, math.Sin(float64(k)))
		for i := range x.Terms {
			t := &x.Terms[i]
			t.Score = append(t.Score, math.Sin(float64(i*k)))
			t.Err = append(t.Err, 0)
		}
	}
	return x
}

func scripts() *explain.Explanation {
	words := []string{
		"wonderful", "素晴らしい", "훌륭하다", "שָׁלוֹם", "العَرَبِيَّة", "ภาษาไทย", "हिन्दी", "தமிழ்", "Ελλάδα", "cafe\u0301",
		"👩‍👩‍👧", "👍🏽", "🇫🇷", "❤️", "\u0301", "verylongwordwithoutanyspaceinitatallthatmustbecut", "素晴らしい素晴らしい素晴らしい素晴らしい",
	}
	return sample(strings.Join(words, " "), words, 0.5, -0.25, 1)
}

// answered is an explanation of what a model wrote: outputs are its words.
func answered() *explain.Explanation {
	x := sample("The king lives in Paris. He likes tea. It rains.",
		[]string{"The king lives in Paris.", "He likes tea.", "It rains."}, 0.5)
	x.Subject.Unit, x.Subject.Scale, x.Subject.Scores, x.Subject.Model = "sentence", "log-probability", nil, "stories"
	x.Subject.Answer = " Paris, with tea."
	x.Outputs = []string{" Paris", ",", " with", " tea", "."}
	x.Baseline, x.Full = []float64{-6, -2, -4, -9, -1}, nil
	x.Quality = &explain.Quality{R2: []float64{.9, .8, .7, .95, .6}, Coalitions: 8}
	at := 0
	for k, token := range x.Outputs {
		x.Subject.Pieces = append(x.Subject.Pieces, explain.Span{Start: at, End: at + len(token)})
		at += len(token)
		x.Full = append(x.Full, x.Baseline[k]/4)
	}
	for i, scores := range [][]float64{{4.2, .3, .5, -.2, .1}, {-.4, .2, 1.5, 6.8, .2}, {.1, -.6, .1, .05, .3}} {
		x.Terms[i].Score = scores
		x.Terms[i].Err = []float64{.1, .05, .2, .3, .01}
	}
	x.Version, x.Request = "v0.3.0", []byte(`{"task":"generate","text":"The king lives in Paris.","mask":"drop","seed":1}`)
	return x
}

func hostile() *explain.Explanation {
	words := []string{
		"\x1b[2J\x1b[31mred", "a\nb", "tab\tbed", "bell\a", "\u202eevil\u202c", "\u202e", "nul\x00", "\u009b31m", "del\x7f",
		"pipe|pipe", "<script>alert(1)</script>", "[link](http://example.com)", "**bold**", "`code`", "=1+1", `quote"d, and`, "\u2028line", "a_b_c",
	}
	x := sample(strings.Join(words, " "), words, 0.5, -0.25, 1)
	x.Subject.Model = "evil\x1b]0;title\a model"
	x.Outputs[0] = "CLASS\x1b[1m"
	x.Warnings = []string{"a warning\nof two lines\x1b[0m"}
	return x
}

func pairs() *explain.Explanation {
	x := sample("not bad, not at all", []string{"not", "bad", "not", "at", "all"}, -0.6, -1.2, -0.4, 0.01, 0.02)
	x.Index, x.Order = explain.KSII, 2
	x.Terms = append(x.Terms,
		explain.Term{Players: []int{0, 1}, Score: []float64{2.25}, Err: []float64{0.06}},
		explain.Term{Players: []int{1, 2}, Score: []float64{-0.75}, Err: []float64{0.07}})
	return x
}

// bare is a game without names.
func bare() *explain.Explanation {
	x := &explain.Explanation{
		Index: explain.BV, Order: 1, Players: make([]explain.Player, 3),
		Baseline: []float64{0}, Full: []float64{1.5e7}, Evaluations: 8,
		Estimator: explain.Provenance{Name: "permutation", Budget: 8, Seed: 3},
	}
	for i, s := range []float64{1e7, 5e6, -12} {
		x.Terms = append(x.Terms, explain.Term{Players: []int{i}, Score: []float64{s}, Err: []float64{math.NaN()}})
	}
	return x
}

func nobody() *explain.Explanation {
	x := sample("...", nil)
	x.Estimator = explain.Provenance{Name: "exact"}
	x.Evaluations, x.Duplicates, x.Quality = 1, 0, nil
	return x
}

func noted() *explain.Explanation {
	x := plot()
	x.Index = explain.OV
	x.Estimator = explain.Provenance{Name: "partition", Budget: 12, Seed: 1}
	x.Players, x.Terms = x.Players[:6], x.Terms[:6]
	x.Subject.Unseen = []explain.Span{{Start: 26, End: 46}}
	x.Unresolved = []explain.Term{{Players: []int{1, 2}, Score: []float64{-0.5}}, {Players: []int{4, 5}, Score: []float64{0.25}}}
	x.Warnings = []string{"the text was cut at 8 tokens"}
	x.Stopped = "the 2 leading players lead with a confidence of 95 %; 88 of 100 coalitions are left"
	x.Quality.R2[0] = math.NaN()
	return x
}

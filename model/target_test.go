package model

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/tokenizer"
)

func scoreOf(t *testing.T, target *Target, s Sequence) float64 {
	t.Helper()
	dst := make([]float64, 1)
	if err := target.Score(t.Context(), dst, []Sequence{s}); err != nil {
		t.Fatal(err)
	}
	return dst[0]
}

// TestWordTarget: the target is the log of the probability that Fill tells.
func TestWordTarget(t *testing.T) {
	m := taskModel(t, "words-masked", NewFiller)
	mask, _ := m.MaskID()
	text := "a " + m.Tokenizer().Token(mask) + " b"
	all, err := m.Fill(t.Context(), text, FillOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := m.Tokenizer().Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	s, at := sequenceOf(e), slices.Index(e.IDs, mask)
	for _, f := range all[0] {
		got := scoreOf(t, m.Word(len(e.IDs), at, f.ID), s)
		if math.Abs(math.Exp(got)-f.Score) > 1e-6 {
			t.Errorf("%q: %v, want the log of %v", f.Word, got, f.Score)
		}
	}
	if m.Word(len(e.IDs), len(e.IDs), 0).Validate() == nil || m.Word(len(e.IDs), at, -1).Validate() == nil {
		t.Error("places and words that there are not")
	}
}

// TestSpanTarget: the probabilities of all spans' beginnings and ends add up to one.
func TestSpanTarget(t *testing.T) {
	m := taskModel(t, "words-span", NewAnswerer)
	e, err := m.Tokenizer().EncodePair("a b", "c a d")
	if err != nil {
		t.Fatal(err)
	}
	s, n, sum := sequenceOf(e), len(e.IDs), 0.0
	for first := range n {
		for last := range n {
			target := m.Span(n, first, last, "answer")
			if last < first {
				if target.Validate() == nil {
					t.Errorf("an answer from token %d to %d", first, last)
				}
				continue
			}
			sum += math.Exp(scoreOf(t, target, s))
		}
	}
	if !(sum > 0.3 && sum < 1) {
		t.Errorf("spans have probability %v", sum)
	}
	whole := scoreOf(t, m.Span(n, 0, n-1, "answer"), s)
	var begins, ends float64 // the first token begins an answer, the last ends one
	for i := range n {
		begins += math.Exp(scoreOf(t, m.Span(n, 0, i, "answer"), s))
		ends += math.Exp(scoreOf(t, m.Span(n, i, n-1, "answer"), s))
	}
	if math.Abs(math.Log(begins*ends)-whole) > 1e-9 {
		t.Errorf("an answer of all tokens has log-probability %v, its ends %v", whole, math.Log(begins*ends))
	}
	short := Sequence{IDs: s.IDs[1:]}
	if err := m.Span(n, 1, 1, "answer").Score(t.Context(), make([]float64, 1), []Sequence{short}); err == nil || !strings.Contains(err.Error(), "replacing") {
		t.Errorf("a shorter sequence: %v", err)
	}
}

// TestLabelTarget: the target is the log-odds of the probability that tags have.
func TestLabelTarget(t *testing.T) {
	m := taskModel(t, "words-token", NewTagger)
	const text = "a b c a"
	tags, err := m.Tag(t.Context(), text, TagOptions{Aggregation: "none"})
	if err != nil || len(tags) == 0 {
		t.Fatalf("%d tags, %v", len(tags), err)
	}
	e, err := m.Tokenizer().Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	s := sequenceOf(e)
	for _, tag := range tags {
		at := slices.IndexFunc(e.Spans, func(p tokenizer.Span) bool { return p == tag.Span })
		got := scoreOf(t, m.Label(len(e.IDs), at, tag.Label, tag.Label), s)
		if math.Abs(1/(1+math.Exp(-got))-tag.Score) > 1e-6 {
			t.Errorf("%v: %v", tag, got)
		}
	}
	if m.Label(3, 1, "x", "no such label").Validate() == nil {
		t.Error("a label that there is not")
	}
}

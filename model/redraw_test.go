package model

import (
	"context"
	"slices"
	"testing"
)

// TestRedraw: a seed gives one model, another seed another, and none is the checkpoint's.
func TestRedraw(t *testing.T) {
	logits := func(seed uint64) []float32 {
		c, err := opened(tinyDir, Options{Redraw: seed}, NewClassifier)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]float32, len(c.Labels()))
		if err := c.Logits(context.Background(), out, []Sequence{{IDs: []int32{1, 7, 9, 2}}}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	learnt, drawn, again, other := logits(0), logits(1), logits(1), logits(2)
	if !slices.Equal(drawn, again) {
		t.Errorf("logits %v and %v of one seed", drawn, again)
	}
	if slices.Equal(learnt, drawn) || slices.Equal(drawn, other) {
		t.Errorf("logits %v of the checkpoint, %v and %v of two seeds", learnt, drawn, other)
	}
}

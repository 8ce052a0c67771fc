package terminal

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/vbauerster/mpb/v8"

	"github.com/whence-xai/whence/explain"
)

// TestPieces: values and their order are those of the game, and progress is told
// within a batch.
func TestPieces(t *testing.T) {
	game := explain.Func(16, func(c explain.Coalition) float64 { return float64(c[0]) })
	batch := explain.NewCoalitions(16, 0)
	for i := range uint64(1000) {
		batch.Append(explain.Coalition{i})
	}
	var seen []int
	values := make([]float64, 1000)
	watched := pieces{explain.Observe(game, func(n int) { seen = append(seen, n) })}
	if err := watched.Value(context.Background(), values, batch); err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		if v != float64(i) {
			t.Fatalf("value %d is %v", i, v)
		}
	}
	if !slices.Equal(seen, []int{256, 256, 256, 232}) {
		t.Errorf("told of %v", seen)
	}
}

// TestBar: a bar shows what was counted before it appeared, and goes away in
// the end, whether it was reached or not.
func TestBar(t *testing.T) {
	var screen bytes.Buffer
	b := &bar{most: 100, begin: time.Now()}
	b.add(40)
	b.show(mpb.New(mpb.WithOutput(&screen), mpb.WithAutoRefresh(), mpb.WithWidth(40)))
	b.add(30)
	if now := b.Current(); now != 70 {
		t.Errorf("the bar stands at %d", now)
	}
	b.remove()
	if !b.Aborted() {
		t.Error("the bar is still there")
	}
	b.add(50)

	late := &bar{most: 100}
	late.remove()
	late.show(mpb.New(mpb.WithOutput(&screen)))
	if late.Bar != nil {
		t.Error("a bar appeared after the end")
	}
}

// TestNoBarWithoutTerminal: where nobody watches, the game is left as it is.
func TestNoBarWithoutTerminal(t *testing.T) {
	game := explain.Func(1, func(explain.Coalition) float64 { return 0 })
	p := &Terminal{W: new(bytes.Buffer)}
	watched, done := p.Watch(game, 2)
	done()
	if _, ok := watched.(pieces); ok {
		t.Error("a bar was prepared for a buffer")
	}
}

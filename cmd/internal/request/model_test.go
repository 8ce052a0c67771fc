package request

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// TestModelsAtOnce: while one model is opened, those who want another do not wait,
// and those who want the same wait no longer than they like.
func TestModelsAtOnce(t *testing.T) {
	slow, begun := make(chan struct{}), make(chan struct{})
	opened := 0
	models := Models{Find: func(_ context.Context, name string) (model.Checkpoint, error) {
		if name == "slow" {
			opened++
			close(begun)
			<-slow
		}
		return pretrained.Checkpoint("sentiment")
	}}
	done := make(chan error, 1)
	go func() { done <- models.Load(t.Context(), Classify, Model{Name: "slow"}) }()
	<-begun
	if err := models.Load(t.Context(), Classify, Model{Name: "sentiment"}); err != nil {
		t.Error(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := models.Load(gone, Classify, Model{Name: "slow"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(slow)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := models.Load(t.Context(), Classify, Model{Name: "slow"}); err != nil || opened != 1 {
		t.Errorf("%v, opened %d times", err, opened)
	}
}

// TestModelAfterFailure: a model whose opening was given up can be opened later.
func TestModelAfterFailure(t *testing.T) {
	models := Models{Find: func(ctx context.Context, name string) (model.Checkpoint, error) {
		if err := ctx.Err(); err != nil {
			return model.Checkpoint{}, err
		}
		return pretrained.Checkpoint(name)
	}}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := models.Load(gone, Classify, Model{Name: "sentiment"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := models.Load(t.Context(), Classify, Model{Name: "sentiment"}); err != nil {
		t.Error(err)
	}
}

// TestNearestOfLong: a word far longer than all candidates is compared with none.
func TestNearestOfLong(t *testing.T) {
	word := strings.Repeat("x", 1<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if got := Nearest(word, Methods()); got != "" {
		t.Error(got)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
		t.Errorf("%d MiB are taken", n>>20)
	}
}

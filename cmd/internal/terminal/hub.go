package terminal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/whence-xai/whence/model/hub"
)

// Model returns the folder of a model that the user names: a folder, or a model of
// the hub, which is downloaded unless it is here.
func (t *Terminal) Model(ctx context.Context, name string) (string, error) {
	o, done := t.hubOptions()
	dir, err := hub.Resolve(ctx, name, o)
	done()
	return dir, HubError(err)
}

// Pull downloads a model of the hub, or what is new of it, and returns its folder.
func (t *Terminal) Pull(ctx context.Context, name string) (string, error) {
	o, done := t.hubOptions()
	dir, err := hub.Pull(ctx, name, o)
	done()
	return dir, HubError(err)
}

// HubError turns an error of the hub into one with advice.
func HubError(err error) error {
	var e *hub.Error
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return err
	case !errors.As(err, &e):
		return &UsageError{Err: err}
	case e.Temporary:
		return &failure{err, cmp.Or(e.Hint, "try again later")}
	}
	return &UsageError{err, e.Hint}
}

// hubOptions returns options of the hub that show a download on the terminal,
// where there is one, unless it is soon done; done takes that away.
func (t *Terminal) hubOptions() (o hub.Options, done func()) {
	o.Note = func(message string) { t.Printf("%s", message) }
	// The words that huggingface_hub takes for true (constants.py,
	// ENV_VARS_TRUE_VALUES).
	hidden := slices.Contains([]string{"1", "ON", "YES", "TRUE"}, strings.ToUpper(os.Getenv("HF_HUB_DISABLE_PROGRESS_BARS")))
	if hidden || !t.watched() {
		return o, func() {}
	}
	var container *mpb.Progress
	var shown *mpb.Bar
	begin := time.Now()
	var before int64 // bytes that had come when the bar was first shown
	o.Progress = func(come, total int64) {
		switch {
		case shown == nil && (time.Since(begin) < patience || come >= total):
			return
		case shown == nil:
			// What was here before would make the pace look faster than the
			// network.
			begin, before = time.Now(), come
			container = mpb.New(mpb.WithOutput(t.W), mpb.WithWidth(40))
			shown = container.AddBar(total, mpb.BarRemoveOnComplete(),
				mpb.PrependDecorators(decor.Any(func(s decor.Statistics) string { return Bytes(s.Current) + " of " + Bytes(s.Total) + " " })),
				mpb.AppendDecorators(decor.Any(func(s decor.Statistics) string { return pace(s.Current-before, s.Total-s.Current, time.Since(begin)) })))
		}
		shown.SetTotal(total, false)
		shown.SetCurrent(come)
	}
	return o, func() {
		if shown != nil {
			shown.Abort(true)
			container.Wait()
		}
	}
}

// pace says how fast bytes came, and how long the rest will take.
func pace(come, left int64, since time.Duration) string {
	if come <= 0 || since < time.Second {
		return ""
	}
	rate := float64(come) / since.Seconds()
	rest := time.Duration(float64(left) / rate * float64(time.Second)).Round(time.Second)
	return Bytes(int64(rate)) + "/s, " + rest.String() + " left"
}

// Bytes returns a size in bytes as people say it: "1.5 GB".
func Bytes(n int64) string {
	units := []string{"kB", "MB", "GB", "TB"}
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n)/1000, 0
	for v >= 999.5 && unit < len(units)-1 {
		v, unit = v/1000, unit+1
	}
	return fmt.Sprintf("%.3g %s", v, units[unit])
}

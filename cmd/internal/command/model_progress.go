package command

import (
	"os"
	"slices"
	"strings"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/whence-xai/whence/model/hub"
)

// hubOptions returns options of the hub that show a download on the terminal,
// where there is one, unless it is soon done; done takes that away.
func (t *terminal) hubOptions() (o hub.Options, done func()) {
	o.Note = func(message string) { t.printf("%s", message) }
	hidden := slices.Contains([]string{"1", "ON", "YES", "TRUE"}, strings.ToUpper(os.Getenv("HF_HUB_DISABLE_PROGRESS_BARS")))
	if hidden || t.quiet || !t.interactive() {
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
			begin, before = time.Now(), come
			container = mpb.New(mpb.WithOutput(t.w), mpb.WithWidth(40))
			shown = container.AddBar(total, mpb.BarRemoveOnComplete(),
				mpb.PrependDecorators(decor.Any(func(s decor.Statistics) string { return size(s.Current) + " of " + size(s.Total) + " " })),
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
	return size(int64(rate)) + "/s, " + rest.String() + " left"
}

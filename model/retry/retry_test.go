package retry_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/whence-xai/whence/model/retry"
)

var errAway = errors.New("away")

// failing returns what fails with these errors, one after the other, and then works.
func failing(errs ...error) (try func() error, tried *int) {
	tried = new(int)
	return func() error {
		*tried++
		if *tried > len(errs) {
			return nil
		}
		return errs[*tried-1]
	}, tried
}

func TestDo(t *testing.T) {
	away := &retry.Temporary{Err: errAway}
	further := &retry.Temporary{Err: errAway, Progress: true}
	for name, test := range map[string]struct {
		errs  []error
		tries int
		want  string
		least time.Duration // that it takes
	}{
		"at once":           {nil, 1, "", 0},
		"for good":          {[]error{errAway}, 1, "away", 0},
		"after two":         {[]error{away, away}, 3, "", 2250 * time.Millisecond},
		"too often":         {[]error{away, away, away, away}, 3, "away (tried 3 times)", 2250 * time.Millisecond},
		"with progress":     {[]error{away, away, further, away, further, away}, 7, "", 6750 * time.Millisecond},
		"as it asks":        {[]error{&retry.Temporary{Err: errAway, After: time.Minute}}, 2, "", time.Minute},
		"not as it demands": {[]error{&retry.Temporary{Err: errAway, After: time.Hour}}, 1, "away; asks to be left alone for 1h0m0s", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				try, tried := failing(test.errs...)
				begin := time.Now()
				err := retry.Policy{Attempts: 3}.Do(t.Context(), try)
				took := time.Since(begin)
				if got := message(err); got != test.want || *tried != test.tries || took < test.least || took > test.least*2 {
					t.Errorf("tried %d times in %v: %q", *tried, took, got)
				}
			})
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestDoInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		try, _ := failing(&retry.Temporary{Err: errAway, After: time.Minute})
		begin := time.Now()
		if err := (retry.Policy{}).Do(ctx, try); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 10*time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	})
}

func TestAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for value, want := range map[string]time.Duration{
			"": 0, "3": 3 * time.Second, "0.5": time.Second / 2, "-1": 0, "soon": 0, "1e99": 9e9 * time.Second, "NaN": 0,
			time.Now().Add(time.Minute).UTC().Format(http.TimeFormat): time.Minute,
			time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat):  0,
		} {
			if got := retry.After(http.Header{"Retry-After": {value}}); got != want {
				t.Errorf("%q: %v, want %v", value, got, want)
			}
		}
	})
}

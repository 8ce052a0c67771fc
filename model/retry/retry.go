// Package retry repeats what fails for a while: requests to servers that are
// busy, away, or cut off.
package retry

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Longest is how long a wait may be: a server that asks for more is told of.
const Longest = 2 * time.Minute

// A Policy says how often and after how long something is tried again. The zero
// value makes five attempts, the second about a second after the first, and
// doubles the wait from then on.
type Policy struct {
	Attempts int           // in a row without progress; 0 means 5
	Wait     time.Duration // before the second attempt; 0 means a second
}

// Temporary is an error that may pass.
type Temporary struct {
	Err      error
	After    time.Duration // how long the server asked to be left alone
	Progress bool          // the attempt was not for nothing: the count starts anew
}

// Error returns what is said of the error that may pass.
func (t *Temporary) Error() string { return t.Err.Error() }

// Unwrap returns the error that may pass.
func (t *Temporary) Unwrap() error { return t.Err }

// Do calls try until it returns nil or an error that is not [Temporary], or has
// failed too often. Waits end with ctx.
func (p Policy) Do(ctx context.Context, try func() error) error {
	if p.Attempts <= 0 {
		p.Attempts = 5
	}
	if p.Wait <= 0 {
		p.Wait = time.Second
	}
	for n := 1; ; n++ {
		err := try()
		var t *Temporary
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.As(err, &t):
			return err
		case t.Progress:
			n = 1
		}
		if t.After > Longest {
			return fmt.Errorf("%w; asks to be left alone for %v", err, t.After)
		}
		if n >= p.Attempts {
			return fmt.Errorf("%w (tried %d times)", err, n)
		}
		if err := sleep(ctx, max(t.After, backoff(p.Wait, n))); err != nil {
			return err
		}
	}
}

// backoff returns the wait after the nth attempt in a row: doubled each time,
// and drawn from the half around that, so that many clients do not come back at once.
func backoff(first time.Duration, n int) time.Duration {
	d := min(first<<min(n-1, 16), Longest/2)
	return d*3/4 + rand.N(d/2+1)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Status reports whether a server that answers so may answer otherwise later:
// it is busy or failed, or what stands before it did not reach it (520 to 527 are
// Cloudflare's, 529 is what some say who are overloaded).
func Status(code int) bool {
	switch code {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, 529:
		return true
	}
	return 520 <= code && code <= 527
}

// Words returns a status in words that are not the server's, which may hold anything.
func Words(code int) string {
	return strings.TrimSpace(strconv.Itoa(code) + " " + http.StatusText(code))
}

// After returns how long a response asks to be left alone by its Retry-After
// header, in seconds or as a date; 0 where it does not.
func After(header http.Header) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if !(seconds > 0) { // NaN too
			return 0
		}
		const most = 9e9 // that a duration holds
		return time.Duration(min(seconds, most) * float64(time.Second))
	}
	if date, err := http.ParseTime(value); err == nil {
		now, err := http.ParseTime(header.Get("Date")) // by its clock, which may not be ours
		if err != nil {
			now = time.Now()
		}
		return max(0, date.Sub(now))
	}
	return 0
}

package bucket

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// A temporary error may pass.
type temporary struct{ error }

func (t *temporary) Unwrap() error { return t.error }

// The wait after a first attempt and how many there are: they end after half a minute.
const (
	firstWait = 200 * time.Millisecond
	attempts  = 8
)

// retry calls try until it returns nil or an error that is not temporary, or has
// failed too often. It waits twice as long each time, more or less, so that many
// who failed together do not come back together.
func retry(ctx context.Context, try func() error) error {
	for n := 0; ; n++ {
		err := try()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.As(err, new(*temporary)):
			return err
		case n == attempts-1:
			return fmt.Errorf("%w (tried %d times)", err, attempts)
		}
		wait := firstWait << n
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait*3/4 + rand.N(wait/2)):
		}
	}
}

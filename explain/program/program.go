package program

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/whence-xai/whence/explain"
)

const (
	// defaultTimeout is how long an answer may take where nothing else is said.
	defaultTimeout = time.Minute
	// grace is how long a program that is not needed any more may go on.
	grace = time.Second
	// maxMasks and maxValues bound a request: an answer comes soon enough to
	// show progress, and is not too long.
	maxMasks, maxValues = 256, 1 << 16
)

// An Error tells how a program failed, and what it said last.
type Error struct {
	Err       error  // what was wrong
	Status    string // how the program ended, as in "exit status 1"; empty where it was stopped
	LastWords string // the end of what it wrote to standard error; may be empty
	Valued    int    // coalitions that it had valued
}

// Error tells all of it, the last words on lines of their own.
func (e *Error) Error() string {
	s := fmt.Sprintf("program: %v", e.Err)
	if e.Status != "" {
		s += " (" + e.Status + ")"
	}
	if e.Valued > 0 {
		s += fmt.Sprintf(", after %d coalitions", e.Valued)
	}
	if e.LastWords == "" {
		return s
	}
	return s + "; its last words:\n  " + strings.ReplaceAll(e.LastWords, "\n", "\n  ")
}

// Unwrap returns what was wrong.
func (e *Error) Unwrap() error { return e.Err }

// A Game is a game whose values a running program tells. It is for one goroutine
// at a time. Close it to end the program.
type Game struct {
	players, outputs int
	names            []string
	timeout          time.Duration

	cmd     *exec.Cmd
	in      io.WriteCloser
	out     io.ReadCloser
	lines   *bufio.Reader
	words   lastWords
	request []byte
	valued  int
	failed  error // what every further call returns
	ending  sync.Once
}

// Start starts a program and reads how many players there are. Every answer may
// take so long, the first one included; a minute where timeout is zero. The
// program runs in a process group of its own, where there is such a thing; when
// it must be stopped, all of the group is. Start sets standard input, output and
// error of cmd. When the program fails, the error is an [Error].
func Start(ctx context.Context, cmd *exec.Cmd, timeout time.Duration) (*Game, error) {
	g := &Game{cmd: cmd, timeout: timeout}
	if timeout <= 0 {
		g.timeout = defaultTimeout
	}
	isolate(cmd)
	cmd.Stderr, cmd.WaitDelay = &g.words, grace
	var err error
	if g.in, err = cmd.StdinPipe(); err == nil {
		g.out, err = cmd.StdoutPipe()
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("program: %w", err)
	}
	g.lines = bufio.NewReader(g.out)
	err = g.within(ctx, func() (err error) {
		g.players, g.outputs, g.names, err = readHello(g.lines)
		return err
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// Players returns the number of players.
func (g *Game) Players() int { return g.players }

// Outputs returns the number of values of a coalition.
func (g *Game) Outputs() int { return g.outputs }

// Describe names the players.
func (g *Game) Describe(x *explain.Explanation) {
	for i, name := range g.names {
		x.Players[i].Text = name
	}
}

// Value asks the program for the values of batch, at most 256 at a time. After
// an error, an interruption included, the program is ended and every further call
// returns the error.
func (g *Game) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	if batch.Players() != g.players {
		return fmt.Errorf("program: coalitions of %d players for a game of %d", batch.Players(), g.players)
	}
	most := min(maxMasks, maxValues/g.outputs)
	for lo := 0; lo < batch.Len(); lo += most {
		hi := min(lo+most, batch.Len())
		err := g.within(ctx, func() error {
			return g.ask(dst[lo*g.outputs:hi*g.outputs], batch.Slice(lo, hi))
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// ask asks for the values of batch.
func (g *Game) ask(dst []float64, batch *explain.Coalitions) error {
	g.request = appendRequest(g.request[:0], batch)
	_, _ = g.in.Write(g.request) // where it cannot be written, there may yet be word why
	if err := readAnswer(g.lines, dst, batch.Len(), g.outputs); err != nil {
		return err
	}
	g.valued += batch.Len()
	return nil
}

// within talks to the program for as long as it may take. Whatever goes wrong
// ends the program.
func (g *Game) within(ctx context.Context, talk func() error) error {
	if g.failed != nil {
		return g.failed
	}
	err := ctx.Err()
	if err == nil {
		limited, cancel := context.WithTimeout(ctx, g.timeout)
		stop := context.AfterFunc(limited, g.abort)
		err = talk()
		if !stop() {
			err = fmt.Errorf("gave no answer within %v", g.timeout)
		}
		cancel()
	}
	switch {
	case ctx.Err() != nil:
		g.abort()
		_ = g.end()
		g.failed = ctx.Err()
	case err != nil:
		g.failed = g.failure(err)
	}
	return g.failed
}

// failure ends the program and tells how it failed.
func (g *Game) failure(err error) error {
	e := &Error{Err: err, Valued: g.valued}
	stopped := !errors.Is(err, errSilent)
	if stopped {
		g.abort()
	}
	if end := g.end(); !stopped {
		e.Status = "exit status 0"
		if end != nil {
			e.Status = end.Error()
		}
	}
	e.LastWords = g.words.String()
	return e
}

// Close ends the program: its input ends, and it is stopped where it goes on for
// more than a second. A game that is closed has no more values.
func (g *Game) Close() error {
	if g.failed != nil {
		return nil
	}
	g.failed = errors.New("program: the game is closed")
	return g.end()
}

// abort stops the program, and whatever waits for it even if a process that got
// away holds its pipes.
func (g *Game) abort() {
	g.kill()
	_ = g.in.Close()
	_ = g.out.Close()
}

// end waits for the program, not for long, and returns how it ended.
func (g *Game) end() (err error) {
	g.ending.Do(func() {
		_ = g.in.Close()
		_ = g.out.Close()
		timer := time.AfterFunc(grace, g.kill)
		defer timer.Stop()
		err = g.cmd.Wait()
	})
	return err
}

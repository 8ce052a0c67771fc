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
)

const (
	// defaultTimeout is how long an answer may take where nothing else is said.
	defaultTimeout = time.Minute
	// grace is how long a program that is not needed any more may go on. An honest
	// one ends at once, however slow the machine is; ten seconds are for the others.
	grace = 10 * time.Second
	// linger is how long what a program leaves behind may hold its standard error.
	linger = time.Second
)

// An Error tells how a program failed, and what it said last.
type Error struct {
	Err       error  // what was wrong
	Status    string // how the program ended, as in "exit status 1"; empty where it was stopped
	LastWords string // the end of what it wrote to standard error; may be empty
	Valued    int    // coalitions or prompts that it had told the worth of

	things string // that are valued
}

// Error tells all of it, the last words on lines of their own.
func (e *Error) Error() string {
	s := fmt.Sprintf("program: %v", e.Err)
	if e.Status != "" {
		s += " (" + e.Status + ")"
	}
	if e.Valued > 0 {
		s += fmt.Sprintf(", after %d %s", e.Valued, e.things)
	}
	if e.LastWords == "" {
		return s
	}
	return s + "; its last words:\n  " + strings.ReplaceAll(e.LastWords, "\n", "\n  ")
}

// Unwrap returns what was wrong.
func (e *Error) Unwrap() error { return e.Err }

// A process is a program that is talked to by lines, by one goroutine at a time.
type process struct {
	timeout time.Duration
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     io.ReadCloser
	lines   *bufio.Reader
	words   lastWords
	things  string // that it is asked about
	done    int    // of them
	failed  error  // what every further call returns
	guard   guard
	ending  sync.Once
}

// start starts a program, whose answers may take so long; a minute where timeout
// is zero. It runs in a process group of its own, where there is such a thing;
// when it must be stopped, all of the group is, and so it is when this process
// ends without a word.
func (p *process) start(cmd *exec.Cmd, timeout time.Duration, things string) error {
	p.cmd, p.timeout, p.things = cmd, timeout, things
	if timeout <= 0 {
		p.timeout = defaultTimeout
	}
	isolate(cmd)
	cmd.Stderr, cmd.WaitDelay = &p.words, linger
	var err error
	if p.in, err = cmd.StdinPipe(); err == nil {
		p.out, err = cmd.StdoutPipe()
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("program: %w", err)
	}
	p.guard = watch(cmd.Process.Pid)
	p.lines = bufio.NewReader(p.out)
	return nil
}

// within talks to the program for as long as it may take. Whatever goes wrong
// ends the program.
func (p *process) within(ctx context.Context, talk func() error) error {
	if p.failed != nil {
		return p.failed
	}
	err := ctx.Err()
	if err == nil {
		limited, cancel := context.WithTimeout(ctx, p.timeout)
		stop := context.AfterFunc(limited, p.abort)
		err = talk()
		if !stop() {
			err = fmt.Errorf("gave no answer within %v", p.timeout)
		}
		cancel()
	}
	switch {
	case ctx.Err() != nil:
		p.abort()
		_ = p.end()
		p.failed = ctx.Err()
	case err != nil:
		p.failed = p.failure(err)
	}
	return p.failed
}

// failure ends the program and tells how it failed.
func (p *process) failure(err error) error {
	e := &Error{Err: err, Valued: p.done, things: p.things}
	stopped := !errors.Is(err, errSilent)
	if stopped {
		p.abort()
	}
	if end := p.end(); !stopped {
		e.Status = "exit status 0"
		if end != nil {
			e.Status = end.Error()
		}
	}
	e.LastWords = p.words.String()
	return e
}

// close ends the program: its input ends, and it is stopped where it goes on
// nevertheless.
func (p *process) close() error {
	if p.failed != nil {
		return nil
	}
	p.failed = errors.New("program: it was closed")
	return p.end()
}

// abort stops the program, and whatever waits for it even if a process that got
// away holds its pipes.
func (p *process) abort() {
	p.kill()
	_ = p.in.Close()
	_ = p.out.Close()
}

// end waits for the program, not for long, and returns how it ended.
func (p *process) end() (err error) {
	p.ending.Do(func() {
		_ = p.in.Close()
		_ = p.out.Close()
		timer := time.AfterFunc(grace, p.kill)
		defer timer.Stop()
		err = p.cmd.Wait()
		p.kill() // what it left behind
		p.guard.dismiss()
	})
	return err
}

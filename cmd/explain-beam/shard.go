package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

func init() { // Beam wants functions registered before it begins
	register.DoFn2x1[context.Context, int, error](&shardFn{})
}

// pipeline is a corpus: the numbers of its shards, spread over the workers.
func pipeline(fn *shardFn) *beam.Pipeline {
	p, s := beam.NewPipelineWithRoot()
	numbers := make([]int, fn.Shards)
	for i := range numbers {
		numbers[i] = i
	}
	beam.ParDo0(s, fn, beam.Reshuffle(s, beam.CreateList(s, numbers)))
	return p
}

// A shardFn does shards by running a program. Its fields go to the workers as JSON.
type shardFn struct {
	Program string
	Args    []string // for all shards
	Shards  int
}

// attempts is how often a shard is tried before it is left out. The runner is not
// told of it, for that would end the whole job; joining the parts says what is
// missing.
const attempts = 3

// slots bounds how many shards a process does at a time, whoever asks for them.
var slots = make(chan struct{}, runtime.NumCPU())

// ProcessElement does a shard.
func (f *shardFn) ProcessElement(ctx context.Context, shard int) error {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	var err error
	for range attempts {
		if err = f.do(ctx, shard); err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err() // the worker is stopped: the shard is another's to do
		}
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 2 {
			break // what it was told is wrong, and stays so
		}
	}
	log.Errorf(ctx, "shard %d of %d is left out: %v", shard, f.Shards, err)
	return nil
}

func (f *shardFn) do(ctx context.Context, shard int) error {
	args := slices.Concat(f.Args, []string{"--shards", strconv.Itoa(f.Shards), "--shard", strconv.Itoa(shard)})
	c := exec.CommandContext(ctx, f.Program, args...) //nolint:gosec // the user names the program
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", f.Program, err, strings.TrimSpace(said.String()))
	}
	return nil
}

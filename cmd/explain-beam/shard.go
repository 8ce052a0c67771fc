package main

import (
	"context"
	"slices"
	"sync"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/whence-xai/whence/cmd/internal/command"
	"github.com/whence-xai/whence/explain/corpus"
)

// begin begins Beam, which wants functions registered before that.
func begin() {
	register.DoFn2x1[context.Context, int, error](&shardFn{})
	beam.Init()
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

// A shardFn does shards of a run. Its fields go to the workers as JSON.
type shardFn struct {
	Args   []string // of explain corpus, for all shards
	Shards int
}

// attempts is how often a shard is tried before it is left out. The runner is not
// told of it, for that would end the whole job; joining the parts says what is
// missing.
const attempts = 3

// turn is held by the shard that this process does. Its documents are explained
// side by side and use all processors; what else a runner asks for waits.
var turn = make(chan struct{}, 1)

// ProcessElement does a shard, unless its part is there.
func (f *shardFn) ProcessElement(ctx context.Context, shard int) error {
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
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
	}
	log.Errorf(ctx, "shard %d of %d is left out: %v", shard, f.Shards, err)
	return nil
}

func (f *shardFn) do(ctx context.Context, shard int) error {
	run, err := open(f.Args)
	if err != nil {
		return err
	}
	_, err = run.Shard(ctx, shard)
	return err
}

// opened is the run that this process opened last, which nearly always is the one
// it is asked for: a model is loaded once.
var opened struct {
	sync.Mutex
	args []string
	run  *corpus.Run
}

// open returns the run of the arguments of explain corpus.
func open(args []string) (*corpus.Run, error) {
	opened.Lock()
	defer opened.Unlock()
	if opened.run != nil && slices.Equal(opened.args, args) {
		return opened.run, nil
	}
	run, err := command.OpenCorpus(context.Background(), args) // it outlives this shard
	if err == nil {
		opened.args, opened.run = args, run
	}
	return run, err
}

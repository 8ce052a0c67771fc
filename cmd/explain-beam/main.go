// Command explain-beam has the shards of "explain corpus" done by Apache Beam: by
// Flink through Beam's job server, or by this process.
//
//	explain-beam --endpoint HOST:8099 --environment_type EXTERNAL --environment_config localhost:50000 \
//	  -- reviews.jsonl --text-field body --output why.jsonl --shards 400
//
// A shard is an element; a worker does it as explain would, writes the part, its
// dead letters and its manifest, and skips a part that is there. So the pipeline
// carries numbers only, a worker that dies loses one shard's work, and what a job
// did twice is there once. In the end the parts are joined.
//
// The program is a module of its own, so that nobody else carries Beam.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"

	"github.com/whence-xai/whence/cmd/internal/quote"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/corpus"
)

const usage = `Has the shards of "explain corpus" done by Apache Beam.

usage:
  explain-beam [flags] -- IN… --output OUT --shards N [other flags of explain corpus]
  explain-beam --pool PORT        a pool of workers, for EXTERNAL environments

Without --endpoint this process does all shards. With it, a job server of Beam has
them done, in an --environment_type:
  LOOPBACK   by this process
  EXTERNAL   by the pool whose address --environment_config tells, on each machine
  PROCESS    by this program, as --environment_config '{"command": "/path/explain-beam"}'
             tells where it is on each machine

All machines must reach IN and OUT, in files or buckets, under the same names. A shard
is best 1 to 5 minutes of work, 20 of them a worker or more; a worker does one at a time,
on --threads processors. "explain corpus … --dry-run" tells how many shards that makes.
Who is interrupted here cancels the job at the job server; that of Flink lets Flink go
on all the same, where "flink cancel" ends it. Parts that are there are not made again.

flags:
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(terminal.Report(os.Stderr, "explain-beam", run(ctx)))
}

func run(ctx context.Context) error {
	pool := flag.Int("pool", 0, "be a pool of workers on this `port`")
	id := flag.String("id", "", "a worker's `name`; a runner gives it in PROCESS environments")
	provision := flag.String("provision_endpoint", "", "`address` that tells a worker the rest; likewise")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
	flag.Parse()
	log.SetLogger(&log.Standard{Level: log.SevWarn})
	begin()
	switch {
	case *pool > 0:
		return servePool(ctx, *pool)
	case *provision != "":
		return work(ctx, *id, *provision)
	case flag.NArg() == 0:
		flag.Usage()
		os.Exit(2)
	}
	run, err := open(flag.Args()) // what is wrong with it is told here, not by a worker
	if err != nil {
		return err
	}
	p := pipeline(&shardFn{Args: flag.Args(), Shards: run.Shards})
	if *jobopts.Endpoint == "" {
		err = local(ctx, p)
	} else if err = submit(ctx, p); err == nil && *jobopts.Async {
		_, err = fmt.Printf("when the job is done: explain merge %s\n", quote.Typed(run.Output))
		return err
	}
	if err != nil {
		return err
	}
	m, err := corpus.Merge(ctx, run.Store, run.Output)
	var missing *corpus.MissingPartsError
	if errors.As(err, &missing) {
		return fmt.Errorf("%w; the same command again makes them", err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%d rows: %d explained, %d could not be\nexplanations: %s\n", m.Rows, m.Good, m.Dead, run.Output)
	return err
}

// Command explain-beam has the shards of "explain corpus" done by Apache Beam: by
// Flink through Beam's job server, or by this process.
//
//	explain-beam --shards 400 --output why.jsonl --endpoint HOST:8099 --environment_type EXTERNAL \
//	  --environment_config localhost:50000 -- reviews.jsonl --text-field body
//
// A shard is an element; a worker does it by running "explain", which writes the
// part, its dead letters and its manifest, and skips a part that is there. So the
// pipeline carries numbers only, a worker that dies loses one shard's work, and
// what a job did twice is there once. In the end the parts are joined.
//
// The program is a module of its own, so that nobody else carries Beam.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
)

const usage = `Has the shards of "explain corpus" done by Apache Beam.

usage:
  explain-beam --shards N --output OUT [flags] -- IN… [flags of explain corpus]
  explain-beam --pool PORT        a pool of workers, for EXTERNAL environments

Without --endpoint this process does all shards. With it, a job server of Beam has
them done, in an --environment_type:
  LOOPBACK   by this process
  EXTERNAL   by the pool whose address --environment_config tells, on each machine
  PROCESS    by this program, as --environment_config '{"command": "/path/explain-beam"}'
             tells where it is on each machine

flags:
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "explain-beam:", err)
		os.Exit(1) //nolint:gocritic // the context is of no use any more
	}
}

func run(ctx context.Context) error {
	shards := flag.Int("shards", 0, "parts that the corpus is cut into; 1 to 5 minutes of work each, 20 a worker or more")
	output := flag.String("output", "", "`file` to write, .jsonl or .parquet, which all machines can reach")
	program := flag.String("explain", "explain", "the `program` explain, as it is called on the workers")
	pool := flag.Int("pool", 0, "be a pool of workers on this `port`")
	id := flag.String("id", "", "a worker's `name`; a runner gives it in PROCESS environments")
	provision := flag.String("provision_endpoint", "", "`address` that tells a worker the rest; likewise")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
	flag.Parse()
	log.SetLogger(&log.Standard{Level: log.SevWarn})
	beam.Init()
	switch {
	case *pool > 0:
		return servePool(ctx, *pool)
	case *provision != "":
		return work(ctx, *id, *provision)
	case *shards < 1 || *output == "" || flag.NArg() == 0:
		flag.Usage()
		os.Exit(2)
	}
	fn := &shardFn{Program: *program, Args: append([]string{"corpus"}, append(flag.Args(), "--output", *output)...), Shards: *shards}
	p := pipeline(fn)
	var err error
	if *jobopts.Endpoint == "" {
		err = local(ctx, p)
	} else {
		err = submit(ctx, p)
	}
	if err != nil {
		return err
	}
	merge := exec.CommandContext(ctx, *program, "merge", *output) //nolint:gosec // the user names the program
	merge.Stdout, merge.Stderr = os.Stdout, os.Stderr
	return merge.Run()
}

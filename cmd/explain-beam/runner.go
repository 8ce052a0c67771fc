package main

import (
	"context"
	"errors"
	"os"

	"github.com/apache/beam/sdks/v2/go/container/tools"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/harness"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/extworker"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/runnerlib"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
)

// Beam's own runner "universal" is not used: it brings clients of cloud services
// for what none of this needs, twice the size of all the rest.

// submit has a pipeline run by a job server, and waits for it.
func submit(ctx context.Context, p *beam.Pipeline) error {
	edges, _, err := p.Build()
	if err != nil {
		return err
	}
	config := jobopts.GetEnvironmentConfig
	if jobopts.IsLoopback() {
		pool, err := extworker.StartLoopback(ctx, 0)
		if err != nil {
			return err
		}
		defer func() { _ = pool.Stop(ctx) }() // the job is over, whatever it says
		config = pool.EnvironmentConfig
	} else if *jobopts.EnvironmentConfig == "" {
		return errors.New("--environment_config is needed, but for --environment_type LOOPBACK")
	}
	environment, err := graphx.CreateEnvironment(ctx, jobopts.GetEnvironmentUrn(ctx), config)
	if err != nil {
		return err
	}
	job, err := graphx.Marshal(edges, &graphx.Options{Environment: environment})
	if err != nil {
		return err
	}
	_, err = runnerlib.Execute(ctx, job, *jobopts.Endpoint, &runnerlib.JobOptions{
		Name:        jobopts.GetJobName(),
		Parallelism: *jobopts.Parallelism,
		Loopback:    true, // workers have the program already: none is sent
	}, false)
	return err
}

// servePool starts workers when a runner asks for them, until ctx is done.
func servePool(ctx context.Context, port int) error {
	pool, err := extworker.StartLoopback(ctx, port)
	if err != nil {
		return err
	}
	<-ctx.Done()
	return pool.Stop(context.WithoutCancel(ctx))
}

// work is a worker of a runner, which has said where the rest is to be learnt.
func work(ctx context.Context, id, provision string) error {
	ctx = grpcx.WriteWorkerID(ctx, id)
	info, err := tools.ProvisionInfo(ctx, provision)
	if err != nil {
		return err
	}
	err = harness.MainWithOptions(ctx, info.GetLoggingEndpoint().GetUrl(), info.GetControlEndpoint().GetUrl(), harness.Options{
		StatusEndpoint:     info.GetStatusEndpoint().GetUrl(),
		RunnerCapabilities: info.GetRunnerCapabilities(),
	})
	if err == nil {
		os.Exit(0) // whatever else still runs
	}
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/apache/beam/sdks/v2/go/container/tools"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/harness"
	jobs "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	pipelines "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/extworker"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/runnerlib"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
)

// Beam's own runner "universal" is not used: it brings clients of cloud services
// for what none of this needs, twice the size of all the rest.

// submit has a pipeline run by a job server, and waits for it, unless --async says
// not to. When ctx is done first, the job is cancelled.
func submit(ctx context.Context, p *beam.Pipeline) error {
	edges, _, err := p.Build()
	if err != nil {
		return err
	}
	// The runner is told where workers are: in this process, or as the flags say.
	config := jobopts.GetEnvironmentConfig
	switch {
	case jobopts.IsLoopback() && *jobopts.Async:
		return errors.New("--async is not for --environment_type LOOPBACK, of which this process is the worker")
	case jobopts.IsLoopback():
		pool, err := extworker.StartLoopback(ctx, 0)
		if err != nil {
			return err
		}
		defer func() { _ = pool.Stop(ctx) }() // the job is over, whatever it says
		config = pool.EnvironmentConfig
	case *jobopts.EnvironmentConfig == "":
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
	cc, err := grpcx.Dial(ctx, *jobopts.Endpoint, 2*time.Minute)
	if err != nil {
		return fmt.Errorf("job server %s: %w", *jobopts.Endpoint, err)
	}
	defer cc.Close()
	client := jobs.NewJobServiceClient(cc)
	id, err := start(ctx, client, job)
	if err != nil || *jobopts.Async {
		return err
	}
	err = runnerlib.WaitForCompletion(ctx, client, id)
	if ctx.Err() != nil {
		// The context is over; the server must be told all the same.
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer stop()
		if _, cancel := client.Cancel(ctx, &jobs.CancelJobRequest{JobId: id}); cancel != nil {
			return fmt.Errorf("job %s goes on: %w", id, cancel)
		}
		return context.Canceled
	}
	return err
}

// start hands a job over. A job has a program for its workers; that is an empty file,
// for workers have the program already.
func start(ctx context.Context, client jobs.JobServiceClient, job *pipelines.Pipeline) (id string, err error) {
	program, err := os.CreateTemp("", "explain-beam-*")
	if err != nil {
		return "", err
	}
	defer func() { _ = errors.Join(program.Close(), os.Remove(program.Name())) }()
	if err := runnerlib.UpdateGoEnvironmentWorker(program.Name(), job); err != nil {
		return "", err
	}
	prepared, artifacts, session, err := runnerlib.Prepare(ctx, client, job, &runnerlib.JobOptions{
		Name: jobopts.GetJobName(), Parallelism: *jobopts.Parallelism,
	})
	if err != nil {
		return "", err
	}
	token, err := runnerlib.Stage(ctx, prepared, artifacts, program.Name(), session)
	if err != nil {
		return "", err
	}
	return runnerlib.Submit(ctx, client, prepared, token)
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

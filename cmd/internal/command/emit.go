package command

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/quote"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/corpus/bucket"
)

// emit prints what has an engine do the shards of a run: a job array for Slurm or
// an Indexed Job for Kubernetes.
func (p *program) emit(f corpusFlags, k *forecast) error {
	j := job{files: slices.Concat(f.inputs, []string{f.output}), output: f.output, shards: k.shards(), cost: k}
	if f.shards > 0 {
		j.shards = f.shards
	}
	j.args = f.line(j.shards)
	script := j.slurm()
	if f.engine == "kubernetes" {
		script = j.kubernetes()
	}
	_, err := io.WriteString(p.stdout, script)
	return err
}

// line returns the arguments of the run in so many shards. The files stand behind
// "--", since one may look like a flag.
func (f corpusFlags) line(shards int) []string {
	return slices.Concat(f.args, []string{fmt.Sprintf("--shards=%d", shards), "--"}, f.inputs)
}

// emittable refuses what no job can be made of.
func (f corpusFlags) emittable() error {
	switch {
	case f.engine == "nothing":
		return nil
	case strings.ContainsFunc(f.output, unicode.IsControl): // it stands in comments, too
		return terminal.Usage("--emit: %q has a line end or another control character", f.output).Or("--output names a file without one")
	case f.engine == "kubernetes" && !utf8.ValidString(strings.Join(f.line(0), "")):
		return terminal.Usage("--emit kubernetes: a name or value is not UTF-8, of which Kubernetes' jobs are made")
	}
	return nil
}

// commandLine returns the command and its flags, without those that say what else to
// do than to run, and in how many shards. Each flag has its value behind "=", since
// one that is true or false takes no other.
func commandLine(c *cli.Context) []string {
	args := []string{c.Command.Name}
	for _, f := range c.Command.Flags {
		name := f.Names()[0]
		if !c.IsSet(name) || slices.Contains([]string{"emit", "dry-run", "shards", "shard", "format", "verbose", "help"}, name) {
			continue
		}
		values := []string{fmt.Sprint(c.Value(name))}
		if _, ok := f.(*cli.StringSliceFlag); ok {
			values = c.StringSlice(name)
		}
		for _, value := range values {
			args = append(args, "--"+name+"="+value)
		}
	}
	return args
}

// A job is the shards of a run, to be done by an engine.
type job struct {
	args   []string // of explain, for all shards
	files  []string // that it reads and writes
	output string
	shards int
	cost   *forecast
}

// minutes bounds how long a shard may take: five times what it should, for
// machines are slower and texts longer.
func (j *job) minutes() int {
	return max(10, int(math.Ceil(5*j.cost.total()/float64(j.shards)/60)))
}

// mebibytes is twice the memory that was seen, rounded up to whole steps, so that
// forecasts of like runs print like jobs.
func (j *job) mebibytes() int {
	const step = 256
	return (2*int(j.cost.memory>>20)/step + 1) * step
}

// slurm returns a batch script for a job array of a task a shard. afterok keeps
// merge from starting while a part is missing; requeue and append let a task that
// was preempted go on in its own log.
func (j *job) slurm() string {
	return fmt.Sprintf(`#!/bin/bash
# %d shards, about %.0f s each on %d threads of the machine where this was made.
# Submit it, and let the parts be joined when all are there:
#   job=$(sbatch --parsable explain.sh)
#   sbatch --dependency=afterok:$job --wrap %s
# A shard whose part is there is skipped: submit it again to go on after failures.
#SBATCH --job-name=explain
#SBATCH --array=0-%d
#SBATCH --cpus-per-task=%d
#SBATCH --mem=%dM
#SBATCH --time=%d
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=explain-%%A_%%a.log
exec explain %s
`, j.shards, j.cost.total()/float64(j.shards), j.cost.threads, quote.Shell("explain merge "+quote.Shell(j.output)),
		j.shards-1, j.cost.threads, j.mebibytes(), j.minutes(), quote.Shells(j.args))
}

// kubernetes returns an Indexed Job. Failures are counted by shard
// (backoffLimitPerIndex), or a text that kills its pod would use up the patience
// that all shards share; a pod that its node evicts (DisruptionTarget) is not
// counted at all. Memory has a limit, the processor only a request: over the one a
// pod is killed, while throttling would help nobody.
func (j *job) kubernetes() string {
	var args strings.Builder
	for _, a := range j.args {
		fmt.Fprintf(&args, "\n        - %s", kubernetesWord(a))
	}
	where, access, volume := inBuckets, credentials, ""
	if slices.ContainsFunc(j.files, func(name string) bool { return !bucket.IsURL(name) }) {
		where, access, volume = inVolume, volumeMount, volumes
	}
	return fmt.Sprintf(`# %[1]d shards, about %.0[2]f s each on %[3]d threads of the machine where this was made.
# The image needs the static binary, and of its base a folder for temporary files and
# the certificates that stores are trusted by:
#   CGO_ENABLED=0 go build -o explain github.com/whence-xai/whence/cmd/explain
#   printf 'FROM alpine\nCOPY explain /bin/explain\nENTRYPOINT ["explain"]\n' >Containerfile
#   docker build -t REGISTRY/explain -f Containerfile .
# %[4]s
#   explain merge %[5]s
apiVersion: batch/v1
kind: Job
metadata:
  name: explain
spec:
  completionMode: Indexed
  completions: %[1]d
  parallelism: %[6]d
  backoffLimitPerIndex: 3
  maxFailedIndexes: %[7]d
  podFailurePolicy:
    rules:
    - action: Ignore
      onPodConditions:
      - type: DisruptionTarget
        status: "True"
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: explain
        image: REGISTRY/explain
        args:%[8]s
        resources:
          requests:
            cpu: "%[3]d"
            memory: %[9]dMi
          limits:
            memory: %[9]dMi
%[10]s%[11]s`, j.shards, j.cost.total()/float64(j.shards), j.cost.threads, where, quote.Shell(j.output), min(j.shards, 20), max(1, j.shards/20),
		args.String(), j.mebibytes(), access, volume)
}

// Where the files of a job on Kubernetes are, and what gives pods access to them.
const (
	inVolume = `Files are those of the claim "corpus", which all pods must be able to write. When
# the job is complete, join the parts in a pod with the same volume:`
	volumeMount = `        workingDir: /data
        volumeMounts:
        - name: corpus
          mountPath: /data
`
	volumes = `      volumes:
      - name: corpus
        persistentVolumeClaim:
          claimName: corpus
`
	inBuckets = `What opens the buckets (AWS_ACCESS_KEY_ID …) is in the secret "corpus", unless pods
# have it from their service account. When the job is complete, join the parts:`
	credentials = `        envFrom:
        - secretRef:
            name: corpus
            optional: true
`
)

// kubernetesWord returns an argument as a job has it: in YAML, with "$" doubled, for
// $(NAME) would be replaced.
func kubernetesWord(s string) string { return quote.YAML(strings.ReplaceAll(s, "$", "$$")) }

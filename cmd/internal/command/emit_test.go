package command

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"go.yaml.in/yaml/v3"
)

// TestEmitted: what is printed for an engine calls the program with the very
// arguments, whatever they hold, bounds what a shard may take, and gives access to
// files or buckets.
func TestEmitted(t *testing.T) {
	odd := []string{"corpus", "it's \"here\".csv", "--text-field", "a $HOME $(HOME) $$(HOME) `b` \\", "--class", "", "--neutralize=a\nb\r\x01\u0085\u2028\x7f\ufeff", "--output", "ü x.jsonl"}
	j := job{args: odd, files: []string{"s3://b/in.csv", "ü x.jsonl"}, output: "ü x.jsonl", shards: 40, cost: &forecast{rows: 4000, seconds: 2, threads: 4, memory: 300 << 20}}
	script := j.slurm()
	for _, want := range []string{"#SBATCH --array=0-39\n", "#SBATCH --cpus-per-task=4\n", "#SBATCH --mem=768M\n", "#SBATCH --time=17\n", "#SBATCH --requeue\n"} {
		if !strings.Contains(script, want) {
			t.Errorf("no %q in\n%s", want, script)
		}
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	called := strings.Replace(script, "exec explain", `printf '%s\0'`, 1)
	out, err := exec.Command(bash, "-c", called).Output()
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); err != nil || !slices.Equal(got, odd) {
		t.Errorf("Slurm would call with %q (%v)", got, err)
	}
	_, list, _ := strings.Cut(j.kubernetes(), "args:\n")
	var args []string
	for line := range strings.Lines(list) {
		item, ok := strings.CutPrefix(line, "        - ")
		if !ok {
			break
		}
		var arg string
		if err := yaml.Unmarshal([]byte(item), &arg); err != nil {
			t.Fatal(err)
		}
		args = append(args, expanded(arg))
	}
	if !slices.Equal(args, odd) {
		t.Errorf("Kubernetes would call with %q", args)
	}
	if !strings.Contains(j.kubernetes(), "claimName: corpus\n") {
		t.Error("no volume for a file")
	}
	j.files = []string{"s3://b/in.csv", "gs://b/out.jsonl"}
	if m := j.kubernetes(); strings.Contains(m, "volume") || !strings.Contains(m, "secretRef:") {
		t.Errorf("for buckets:\n%s", m)
	}
}

// expanded returns an argument as Kubernetes hands it to a program, in whose
// environment HOME is: https://kubernetes.io/docs/tasks/inject-data-application.
func expanded(arg string) string {
	return strings.NewReplacer("$$", "$", "$(HOME)", "/root").Replace(arg)
}

// TestCommandLine: a job runs what was asked for, also where it was asked for by the
// environment or a flag was set to what it is anyway.
func TestCommandLine(t *testing.T) {
	t.Setenv("EXPLAIN_SEED", "7")
	var got []string
	p := &program{}
	app := p.app()
	app.Command("corpus").Action = func(c *cli.Context) error {
		f, err := corpusFlagsOf(c)
		got = f.line(40)
		return err
	}
	args := []string{"corpus", "a b.csv", "--omit-text=false", "--quiet", "--max-error", "0.05", "-o", "out.jsonl", "--emit", "slurm", "--", "--odd.csv"}
	if err := flags.Execute(t.Context(), app, args); err != nil {
		t.Fatal(err)
	}
	want := []string{"corpus", "--max-error=0.05", "--seed=7", "--output=out.jsonl", "--omit-text=false", "--quiet=true", "--shards=40", "--", "a b.csv", "--odd.csv"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestEmitsOneLine: a name cannot add lines to a job.
func TestEmitsOneLine(t *testing.T) {
	for _, engine := range []string{"slurm", "kubernetes"} {
		status, said := failureOf(t, "corpus", "testdata/corpus/reviews.csv", "--limit", "1", "--output", "a\nrm -rf x.jsonl", "--emit", engine)
		if status != terminal.ExitUsage || !strings.Contains(said, "has a line end") {
			t.Errorf("%s: exit %d: %s", engine, status, said)
		}
	}
}

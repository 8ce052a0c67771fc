package command

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestEmitted: what is printed for an engine calls the program with the very
// arguments, whatever they hold, bounds what a shard may take, and gives access to
// files or buckets.
func TestEmitted(t *testing.T) {
	odd := []string{"corpus", "it's \"here\".csv", "--text-field", "a $HOME `b` \\", "--class", "", "--output", "ü x.jsonl"}
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
		if err := json.Unmarshal([]byte(item), &arg); err != nil {
			t.Fatal(err)
		}
		args = append(args, arg)
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

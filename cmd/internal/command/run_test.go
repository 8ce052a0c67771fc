package command

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// outputOf runs a command line that must succeed.
func outputOf(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := Run(context.Background(), args, strings.NewReader(""), &stdout, &stderr); status != 0 {
		t.Fatalf("explain %q: exit %d: %s", args, status, stderr.String())
	}
	return stdout.String()
}

// TestSameBytes: neither threads nor batches nor processors change a byte of
// the JSON but for the time.
func TestSameBytes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	want := ""
	for _, setting := range []struct {
		processors int
		flags      []string
	}{
		{1, []string{"--batch", "1"}},
		{1, []string{"--batch", "64"}},
		{2, []string{"--batch", "64"}},
		{2, []string{"--batch", "7", "--threads", "2"}},
		{2, nil},
	} {
		runtime.GOMAXPROCS(setting.processors)
		args := append([]string{"--prompt", "It is not bad, it is worse than that.", "--budget", "60", "--seed", "5", "--format", "json"}, setting.flags...)
		got := regexp.MustCompile(`"seconds": .*`).ReplaceAllString(outputOf(t, args...), "")
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%d processors, %q:\n%s\nbut before:\n%s", setting.processors, setting.flags, got, want)
		}
	}
}

// TestEveryMethodRuns: each method that help names, with each index it claims.
func TestEveryMethodRuns(t *testing.T) {
	for _, method := range request.Methods() {
		for _, index := range request.Indices(method) {
			out := outputOf(t, "game", "testdata/games/tabular8.npz", "--method", method, "--index", index.String(), "--format", "csv")
			if strings.Count(out, "\n") < 9 {
				t.Errorf("%s of %v printed\n%s", method, index, out)
			}
			file := filepath.Join(t.TempDir(), "x.json")
			outputOf(t, "game", "testdata/games/tabular8.npz", "--method", method, "--index", index.String(), "--output", file)
			outputOf(t, "show", file) // what is written is read
		}
	}
}

func TestSeedMatters(t *testing.T) {
	game := func(seed string) string {
		return outputOf(t, "game", "testdata/games/words12.npz", "--method", "kernel", "--budget", "60", "--format", "csv", "--seed", seed)
	}
	first, again, other := game("1"), game("1"), game("2")
	if first != again || first == other {
		t.Error("a seed must repeat itself, and another one differ")
	}
}

// cancelWriter cancels a run at its first message.
type cancelWriter struct {
	bytes.Buffer
	cancel context.CancelFunc
}

func (w *cancelWriter) Write(b []byte) (int, error) {
	w.cancel()
	return w.Buffer.Write(b)
}

// TestInterrupted: a run that is interrupted says so, and prints nothing half-done.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	stderr := &cancelWriter{cancel: cancel}
	var stdout bytes.Buffer
	file := filepath.Join(t.TempDir(), "x.json")
	args := []string{"--verbose", "--output", file, "--file", "testdata/texts/long.in", "--long", "window", "--method", "lime"}
	if status := Run(ctx, args, strings.NewReader(""), &stdout, stderr); status != terminal.ExitInterrupted {
		t.Errorf("exit %d, want %d", status, terminal.ExitInterrupted)
	}
	if stdout.Len() > 0 || !strings.HasSuffix(stderr.String(), "explain: interrupted\n") {
		t.Errorf("printed %q and %q", stdout.String(), stderr.String())
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) > 0 {
		t.Errorf("left %v behind", left)
	}
}

// TestInterruptedWhileReading: nobody needs to end the input to stop the program.
func TestInterruptedWhileReading(t *testing.T) {
	r, w := io.Pipe() // nothing ever comes
	defer w.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if status := Run(ctx, nil, r, io.Discard, io.Discard); status != terminal.ExitInterrupted {
		t.Errorf("exit %d, want %d", status, terminal.ExitInterrupted)
	}
}

// TestUnwritable: what cannot be written is an error.
func TestUnwritable(t *testing.T) {
	var stderr bytes.Buffer
	status := Run(context.Background(), []string{"game", "testdata/games/tabular8.npz"}, strings.NewReader(""), failingWriter{}, &stderr)
	if status != terminal.ExitFailed || stderr.String() != "explain: short write\n" {
		t.Errorf("exit %d: %q", status, stderr.String())
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestOutputReplaces(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(file, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := file + ".link.csv"
	if err := os.Symlink(file, link); err != nil {
		t.Skip("no symbolic links here")
	}
	outputOf(t, "game", "testdata/games/tabular8.npz", "--output", link)
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced, not the file it names (%v)", err)
	}
	b, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(b), "players,text") {
		t.Errorf("the file holds %q (%v)", b, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode became %v (%v)", info.Mode(), err)
	}
	left, _ := os.ReadDir(filepath.Dir(file))
	if len(left) != 2 {
		t.Errorf("left behind: %v", left)
	}
	outputOf(t, "game", "testdata/games/tabular8.npz", "--output", os.DevNull)
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("the null device was replaced (%v)", err)
	}
}

func TestVersion(t *testing.T) {
	got := outputOf(t, "--version")
	want := regexp.MustCompile(`^explain \S+, commit \S+, go\S+ ` + runtime.GOOS + "/" + runtime.GOARCH + `, SIMD (avx512|avx2|neon|generic)\n$`)
	if !want.MatchString(got) {
		t.Errorf("%q", got)
	}
}

// TestEverythingIsDescribed: help has a line for each command and flag that fits a
// terminal, and each flag an environment variable.
func TestEverythingIsDescribed(t *testing.T) {
	app := (&program{}).app()
	commands := map[string][]cli.Flag{"": app.Flags}
	for _, c := range app.Commands {
		commands[c.Name] = c.Flags
		for _, sub := range c.Subcommands {
			commands[c.Name+" "+sub.Name] = sub.Flags
		}
		if !strings.Contains(helpExplain, "\n  explain "+c.Name+" ") {
			t.Errorf("help has nothing of explain %s", c.Name)
		}
	}
	for name, flags := range commands {
		help := outputOf(t, append(strings.Fields(name), "--help")...)
		for line := range strings.Lines(help) {
			if width := len([]rune(strings.TrimRight(line, "\n"))); width > 80 {
				t.Errorf("%s: %d columns: %s", name, width, line)
			}
		}
		for _, f := range flags {
			d := f.(cli.DocGenerationFlag)
			if f.Names()[0] == "help" {
				continue
			}
			if !regexp.MustCompile(`(?m)^  --` + f.Names()[0] + `\b.* \S+`).MatchString(help) {
				t.Errorf("%s: help has nothing of --%s", name, f.Names()[0])
			}
			if len(d.GetEnvVars()) != 1 && f.Names()[0] != "version" {
				t.Errorf("%s: --%s has the variables %v", name, f.Names()[0], d.GetEnvVars())
			}
		}
	}
}

// TestBashCompletes runs the script for bash, where there is one.
func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	script := outputOf(t, "completion", "bash")
	for _, c := range []struct{ line, want string }{
		{"explain ga", "game"},
		{"explain --meth", "--method"},
		{"explain --method part", "partition partition-sampled"},
		{"explain --scale lo", "log-odds logit"},
		{"explain game --format m", "markdown"},
		{"explain game --format te", ""},
		{"explain completion f", "fish"},
		{"explain game testdata/games/w", "testdata/games/words12.npz"},
		{"explain show --top ", ""},
		{"explain --file testdata/tex", "testdata/texts"},
	} {
		words := strings.Split(c.line, " ")
		call := script + "\nCOMP_WORDS=(" + strings.Join(words, " ")
		if words[len(words)-1] == "" {
			call += " ''"
		}
		call += ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_explain 2>/dev/null\necho \"${COMPREPLY[*]}\"\n"
		out, err := exec.Command(bash, "--norc", "-c", call).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(out)); got != c.want {
			t.Errorf("%q completes to %q, want %q", c.line, got, c.want)
		}
	}
}

// TestAsTyped: what is given several times comes as it was typed, also by the
// environment.
func TestAsTyped(t *testing.T) {
	typed := []string{" a", "b ", "\n", "c,d", ""}
	for _, flag := range []string{"stop", "set", "keep"} {
		var got []string
		p := &program{}
		app := p.app()
		app.Command("generate").Action = func(c *cli.Context) error {
			got = c.StringSlice(flag)
			return nil
		}
		args := []string{"generate"}
		for _, value := range typed {
			args = append(args, "--"+flag, value)
		}
		if err := flags.Execute(t.Context(), app, args); err != nil || !slices.Equal(got, typed) {
			t.Errorf("--%s: %q (%v)", flag, got, err)
		}
		t.Setenv("EXPLAIN_"+strings.ToUpper(flag), " a,b\n")
		if err := flags.Execute(t.Context(), app, args[:1]); err != nil || !slices.Equal(got, []string{" a,b\n"}) {
			t.Errorf("%s: %q (%v)", "EXPLAIN_"+strings.ToUpper(flag), got, err)
		}
	}
}

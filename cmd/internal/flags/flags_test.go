package flags

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// run executes a command line of a program with the flags of a classifier, and of a
// subcommand that writes.
func run(t *testing.T, action cli.ActionFunc, args ...string) error {
	t.Helper()
	app := NewApp("explain", "Explains.\n", action, slices.Concat(Task(request.Classify, ""), Explanation(), Batches()),
		NewCommand("generate", "Writes.\n", action, Task(request.Generate, "a model")))
	app.Writer, app.ErrWriter = io.Discard, io.Discard
	return Execute(t.Context(), app, args)
}

// mistake runs a command line that is wrong, and returns what is said and advised.
func mistake(t *testing.T, args ...string) (said, hint string) {
	t.Helper()
	err := run(t, func(c *cli.Context) error {
		if err := NoArguments(c); err != nil {
			return err
		}
		_, err := RequestOf(c, request.Classify, strings.NewReader(""))
		return err
	}, args...)
	var wrong *terminal.UsageError
	if !errors.As(err, &wrong) {
		t.Errorf("%q: error %v is no mistake", args, err)
		return "", ""
	}
	return err.Error(), wrong.Hint
}

// TestMistakes: what is wrong with a command line is said in its words, with advice
// where there is some.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		args       []string
		said, hint string
	}{
		{[]string{"--promt", "x"}, "unknown flag --promt", "did you mean --prompt?"},
		{[]string{"--zzzzzz", "x"}, "unknown flag --zzzzzz", "explain --help lists the flags"},
		{[]string{"generate", "--zzzzzz", "x"}, "unknown flag --zzzzzz", "explain generate --help lists the flags"},
		{[]string{"--budget"}, "--budget needs a value", ""},
		{[]string{"--budget", "many"}, `--budget "many" is not a whole number`, ""},
		{[]string{"--seed", "-1"}, `--seed "-1" is not a whole number from 0`, ""},
		{[]string{"--max-error", "little"}, `--max-error "little" is not a number`, ""},
		{[]string{"--quiet=perhaps"}, `--quiet "perhaps" is not true or false`, ""},
		{[]string{"--budget=-3"}, "--budget -3 is negative", ""},
		{[]string{"--max-error", "1"}, "--max-error 1 is no share between 0 and 1", ""},
		{[]string{"--max-error", "NaN"}, "--max-error NaN is no share", ""},
		{[]string{"--scale", "odds"}, `--scale "odds" is none of log-odds, probability, logit`, ""},
		{[]string{"--scale", "log-ods"}, `--scale "log-ods" is none of`, "did you mean --scale log-odds?"},
		{[]string{"--scale", "odds", "--unit", "wrod"}, "--scale \"odds\" is none of log-odds, probability, logit\n--unit", "did you mean --unit word?"},
		{[]string{"generate", "--temperature", "Inf"}, "--temperature +Inf is no number", ""},
		{[]string{"generat"}, `unexpected argument "generat"`, "did you mean explain generate?"},
		{[]string{"version"}, `unexpected argument "version"`, "did you mean --version?"},
		{[]string{"--prompt", "good", "thing"}, `unexpected argument "thing"`, `did you mean --prompt "good thing"?`},
		{[]string{"--quiet", "generate"}, "--quiet stands before generate", "explain generate --quiet …"},
		{[]string{"--prompt", "a", "--file", "b"}, "both --prompt and --file are given", ""},
		{nil, "the text is empty", `for no text at all: --prompt ""`},
		{[]string{"--prompt", "a\xffb"}, "the text is not UTF-8: byte 1", ""},
		{[]string{"--prompt", "a", "--neutralize", " , "}, "--neutralize names no words", ""},
		{[]string{"--prompt", "a", "--neutralize", "no/such/file"}, "--neutralize: no file no/such/file", ""},
		{[]string{"--prompt", "a", "--mask", "blur"}, `"blur"`, ""},
	} {
		said, hint := mistake(t, c.args...)
		if !strings.Contains(said, c.said) || !strings.Contains(hint, c.hint) || c.hint == "" && hint != "" && c.args != nil {
			t.Errorf("%q: %q, advice %q, want %q, %q", c.args, said, hint, c.said, c.hint)
		}
	}
}

// TestEnvironment: a variable stands in for a flag, which goes before it, and what it
// has wrong is told by its name.
func TestEnvironment(t *testing.T) {
	t.Setenv("EXPLAIN_BUDGET", "64")
	t.Setenv("EXPLAIN_INFILL_DRAWS", "3")
	var r request.Request
	read := func(c *cli.Context) (err error) {
		r, err = RequestOf(c, request.Classify, strings.NewReader("text\r\n"))
		return err
	}
	if err := run(t, read); err != nil || r.Budget != 64 || r.InfillDraws != 3 || r.Text != "text" {
		t.Errorf("%+v, %v", r, err)
	}
	if err := run(t, read, "--budget", "7"); err != nil || r.Budget != 7 {
		t.Errorf("budget %d, %v", r.Budget, err)
	}
	t.Setenv("EXPLAIN_BUDGET", "lots")
	if said, _ := mistake(t, "--prompt", "a"); said != `EXPLAIN_BUDGET="lots" is not a value for its flag` {
		t.Errorf("%q", said)
	}
}

// TestMaskedWords: words to mask come from a list, the lines of a file, or the groups.
func TestMaskedWords(t *testing.T) {
	file := filepath.Join(t.TempDir(), "words")
	if err := os.WriteFile(file, []byte("one, two\n\nthree\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string][]string{"a, b,": {"a", "b"}, file: {"one, two", "three"}, "groups": request.GroupWords()} {
		if got, err := maskedWords(t.Context(), given); err != nil || !reflect.DeepEqual(got, want) || len(got) == 0 {
			t.Errorf("%s: %q, %v", given, got, err)
		}
	}
}

// TestReadFile: files are read whole, up to a size, and until the user ends that.
func TestReadFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, []byte("12345678"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := ReadFile(t.Context(), file, 8); err != nil || string(b) != "12345678" {
		t.Errorf("%q, %v", b, err)
	}
	var wrong *terminal.UsageError
	if _, err := ReadFile(t.Context(), file, 7); !errors.As(err, &wrong) || err.Error() != file+": more than 7 bytes" {
		t.Errorf("error %v", err)
	}
	if _, err := ReadFile(t.Context(), file+"2", 7); !errors.As(err, &wrong) || strings.Count(err.Error(), file) != 1 {
		t.Errorf("error %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	r, w := io.Pipe() // nothing ever comes
	defer w.Close()
	if _, err := ReadAll(gone, r, "standard input", 8); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	_ = w.CloseWithError(errors.New("cut off"))
	if _, err := ReadAll(t.Context(), r, "standard input", 8); !errors.As(err, &wrong) || err.Error() != "standard input: cut off" {
		t.Errorf("error %v", err)
	}
}

// TestHelp: flags stand under their headings, each heading once and in its place,
// whatever order they are given in; the values of a choice are listed.
func TestHelp(t *testing.T) {
	help := helpText("Explains.\n", []cli.Flag{
		Run.Bool("quiet", "no progress bar"), How.Choice("unit", "UNIT", "what a player is", "word"), What.Text("model", "NAME", "a model"),
		How.Choice("a-flag-with-a-long-name", "WAY", "how", "one", "two", "three"), Run.Count("threads", strings.Repeat("word ", 20)+"end"), How.Seed(),
	})
	want := `Explains.

what to explain:
  --model NAME      a model

how to explain it:
  --unit UNIT       what a player is: word
  --a-flag-with-a-long-name WAY
                    how: one, two or three
  --seed N          seed of all random choices (default: 1)

running:
  --quiet           no progress bar
  --threads N       word word word word word word word word word word word word
                    word word word word word word word word end
` + environments
	if help != want {
		t.Errorf("%s\nwant\n%s", help, want)
	}
	if help := helpText("Explains.\n", nil); help != "Explains.\n" {
		t.Errorf("%q", help)
	}
}

// TestCompletionOfFiles: where a flag takes a file, files are completed, whatever the
// flag is called.
func TestCompletionOfFiles(t *testing.T) {
	flags := completedFlags([]cli.Flag{Print.Text("rationales", "FILE", "texts"), What.Text("model", "NAME", "a model"), How.Count("budget", "N"), Run.Bool("quiet", "no bar")})
	for i, want := range []bool{true, true, false, false} {
		if flags[i].files != want {
			t.Errorf("--%s takes a file: %v", flags[i].name, flags[i].files)
		}
	}
	app := NewApp("explain", "", nil, []cli.Flag{Print.Text("rationales", "FILE", "it's a [file]: this")})
	for _, shell := range Shells() {
		if script, err := Completion(app, shell); err != nil || !strings.Contains(script, "rationales") {
			t.Errorf("%s: %v\n%s", shell, err, script)
		}
	}
	var wrong *terminal.UsageError
	if _, err := Completion(app, "csh"); !errors.As(err, &wrong) || !strings.Contains(wrong.Hint, "bash, zsh, fish") {
		t.Errorf("error %v", err)
	}
}

// TestOutputOf: the extension of a file tells the format, unless the format is given or
// is none of the command's.
func TestOutputOf(t *testing.T) {
	for _, c := range []struct {
		args   []string
		format string
		free   bool
	}{
		{nil, "table", true},
		{[]string{"--output", "x.JSON"}, "json", true},
		{[]string{"-o", "x.json"}, "json", true},
		{[]string{"--output", "x.htm", "--sort", "text"}, "html", false},
		{[]string{"--output", "x.json", "--format", "csv", "--top", "3"}, "csv", false},
		{[]string{"--output", "x.pdf"}, "table", true},
	} {
		err := run(t, func(c2 *cli.Context) error {
			if o := OutputOf(c2, io.Discard); o.Format != c.format || o.Free != c.free {
				t.Errorf("%q: %+v", c.args, o)
			}
			return nil
		}, c.args...)
		if err != nil {
			t.Error(err)
		}
	}
}

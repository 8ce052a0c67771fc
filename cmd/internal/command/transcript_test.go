package command

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the transcripts")

// TestTranscripts runs the sessions in testdata/*.txt. A line that begins with
// "$ " is a command; below it stands what it printed: standard output as it is,
// standard error with "! " before each line, and "[exit N]" unless N is 0. Lines
// that begin with "# " are comments. Commands are
//
//	[NAME=value …] explain [arguments] [< file | <<< text]
//	cat file
//
// with single and double quotes as in a shell. They run in a folder of their
// own that has testdata under its name, and package model's tiny models for
// tasks under tasks, its files of llama.cpp under gguf. Times stand as 0.00 s, versions as
// v0.0.0, and numbers with six digits.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	data, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(data, filepath.Base(file))
			got := play(t, data, string(want))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("%s went otherwise:\n%s", file, difference(string(want), got))
			}
		})
	}
}

// play runs the commands of a session and returns the session as it went.
func play(t *testing.T, data, session string) string {
	t.Chdir(t.TempDir())
	for name, folder := range map[string]string{"testdata": data, "tasks": filepath.Join(data, "../../../../model/testdata/tasks"), "gguf": filepath.Join(data, "../../../../model/testdata/gguf")} {
		if err := os.Symlink(folder, name); err != nil {
			t.Fatal(err)
		}
	}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "EXPLAIN_") || name == "COLUMNS" || name == "CLICOLOR_FORCE" {
			t.Setenv(name, "") // restored in the end
			os.Unsetenv(name)
		}
	}
	var b strings.Builder
	for line := range strings.Lines(session) {
		if strings.HasPrefix(line, "# ") {
			b.WriteString(line)
		}
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			b.WriteString(line + execute(t, strings.TrimSpace(command)))
		}
	}
	return b.String()
}

// digits are numbers with more of them than processors of all kinds agree on.
var digits = regexp.MustCompile(`-?\d+\.\d{7,}(?:e-?\d+)?`)

var versions = regexp.MustCompile(`"version": "[^"]*"`)

var seconds = regexp.MustCompile(`\d+\.\d+ s\b|"seconds": [\d.e-]+`)

// execute runs one command line and returns what it printed.
func execute(t *testing.T, line string) string {
	t.Helper()
	words := split(t, line)
	var environment []string
	for len(words) > 0 && strings.Contains(words[0], "=") {
		name, value, _ := strings.Cut(words[0], "=")
		environment = append(environment, name)
		t.Setenv(name, value)
		words = words[1:]
	}
	var stdin, stdout, stderr bytes.Buffer
	if n := len(words); n > 2 && (words[n-2] == "<" || words[n-2] == "<<<") {
		stdin.WriteString(words[n-1] + "\n")
		if words[n-2] == "<" {
			stdin.Reset()
			stdin.Write(read(t, words[n-1]))
		}
		words = words[:n-2]
	}
	status := 0
	switch words[0] {
	case "explain":
		status = Run(context.Background(), words[1:], &stdin, &stdout, &stderr)
	case "cat":
		stdout.Write(read(t, words[1]))
	default:
		t.Fatalf("no command %q", words[0])
	}
	for _, name := range environment {
		os.Unsetenv(name) // for the next command; t.Setenv restores in the end
	}
	out := stdout.String()
	if out != "" && !strings.HasSuffix(out, "\n") {
		out += "\\\n"
	}
	for message := range strings.Lines(stderr.String()) {
		out += "! " + message
	}
	if status != 0 {
		out += fmt.Sprintf("[exit %d]\n", status)
	}
	out = versions.ReplaceAllString(out, `"version": "v0.0.0"`)
	out = seconds.ReplaceAllStringFunc(out, func(s string) string {
		if strings.HasPrefix(s, `"`) {
			return `"seconds": 0`
		}
		return "0.00 s"
	})
	return digits.ReplaceAllStringFunc(out, func(s string) string {
		v, _ := strconv.ParseFloat(s, 64)
		return strconv.FormatFloat(v, 'g', 6, 64)
	})
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var word = regexp.MustCompile(`(?:"[^"]*"|'[^']*'|[^\s"'])+`)

// split breaks a command line into words.
func split(t *testing.T, line string) []string {
	t.Helper()
	words := word.FindAllString(line, -1)
	for i, w := range words {
		words[i] = regexp.MustCompile(`"([^"]*)"|'([^']*)'`).ReplaceAllString(w, "$1$2")
	}
	return words
}

// difference shows where two sessions part.
func difference(want, got string) string {
	w, g := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			lo, hi := max(0, i-5), i+8
			return fmt.Sprintf("line %d\nwant:\n%s\ngot:\n%s", i+1,
				strings.Join(w[lo:min(hi, len(w))], ""), strings.Join(g[lo:min(hi, len(g))], ""))
		}
	}
	return fmt.Sprintf("want %d lines, got %d", len(w), len(g))
}

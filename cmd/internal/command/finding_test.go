package command

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// findings are command lines whose result is no explanation; %s is a saved one.
func findings(t *testing.T) [][]string {
	t.Helper()
	saved := filepath.Join(t.TempDir(), "why.json")
	outputOf(t, "--prompt", "not bad at all", "--output", saved)
	return [][]string{
		{"evaluate", saved, "--edits", "2", "--redraws", "0"},
		{"evaluate", "--rationales", "testdata/rationales.jsonl", "--limit", "1", "--budget", "50"},
		{"compare", "--masks", "drop,hide", "--prompt", "not bad at all"},
		{"verify", saved},
		{"diff", saved, saved},
		{"audit", "testdata/people.json", "--neutralize", "old"},
		{"audit", "--corpus", "testdata/reviews.csv", "--label-field", "label"},
	}
}

// TestFindingsInEveryFormat: JSON is an object with a schema, a page is one, and
// the others say something.
func TestFindingsInEveryFormat(t *testing.T) {
	for _, args := range findings(t) {
		for _, format := range []string{"json", "html", "csv", "markdown"} {
			out := outputOf(t, append(args, "--format", format)...)
			switch format {
			case "json":
				var object struct{ Schema int }
				if err := json.Unmarshal([]byte(out), &object); err != nil || object.Schema != 1 {
					t.Errorf("%q: schema %d, %v", args, object.Schema, err)
				}
			case "html":
				if !strings.HasPrefix(out, "<!DOCTYPE html>") || !strings.HasSuffix(out, "</html>\n") {
					t.Errorf("%q: no page:\n%.200s", args, out)
				}
			default:
				if args[0] != "verify" && strings.Count(out, "\n") < 2 {
					t.Errorf("%q as %s: %q", args, format, out)
				}
			}
		}
	}
}

// TestFindingsRepeat: the number of processors changes no byte.
func TestFindingsRepeat(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, args := range findings(t) {
		runtime.GOMAXPROCS(1)
		one := outputOf(t, append(args, "--format", "json")...)
		runtime.GOMAXPROCS(2)
		if two := outputOf(t, append(args, "--format", "json")...); one != two {
			t.Errorf("%q:\n%s\nwith two processors:\n%s", args, one, two)
		}
	}
}

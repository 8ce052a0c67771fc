package command

import (
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// everyFlag calls f for each flag of each command, the root's being of "explain".
func everyFlag(app *cli.App, f func(command string, flag cli.Flag)) {
	var of func(c *cli.Command)
	of = func(c *cli.Command) {
		for _, flag := range c.Flags {
			f(c.Name, flag)
		}
		for _, sub := range c.Subcommands {
			of(sub)
		}
	}
	for _, flag := range app.Flags {
		f(app.Name, flag)
	}
	for _, c := range app.Commands {
		of(c)
	}
}

// TestEveryFlagIsClaimed: who adds a flag says whether a file may set it, and no
// claim is left behind by a flag that went.
func TestEveryFlagIsClaimed(t *testing.T) {
	seen := map[string]bool{"help": true}
	everyFlag((&program{}).app(), func(command string, f cli.Flag) {
		name := f.Names()[0]
		if claimOf(command, name) == unclaimed {
			t.Errorf("--%s of explain %s has no claim", name, command)
		}
		seen[name], seen[command+" "+name] = true, true
	})
	var all []string
	for _, names := range claims {
		for _, name := range names {
			if !seen[name] {
				t.Errorf("a claim on %q, and there is no such flag", name)
			}
			if slices.Contains(all, name) {
				t.Errorf("two claims on %q", name)
			}
			all = append(all, name)
		}
	}
}

// TestFilesNameNothingThatActs: whatever a flag is called by which a program, a
// host, a key or an output is named, no file sets it.
func TestFilesNameNothingThatActs(t *testing.T) {
	everyFlag((&program{}).app(), func(command string, f cli.Flag) {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok || claimOf(command, f.Names()[0]) != defining {
			return
		}
		for _, word := range []string{"FILE` ", "CMD` ", "URL` ", "DIR` "} {
			if strings.HasPrefix(d.GetUsage(), "`"+word) {
				t.Errorf("--%s of explain %s takes a %s and a file may set it", f.Names()[0], command, word)
			}
		}
	})
}

func TestHarmless(t *testing.T) {
	for _, c := range []struct{ flag, value, want string }{
		{"endpoint", "http://user:secret@host:8000/v1?key=secret#secret", "http://host:8000/v1"},
		{"endpoint", "http://host/%zz?key=secret", ""},
		{"command", "KEY=secret python serve.py secret", "python"},
		{"corpus", "s3://key:secret@bucket/a.jsonl", "s3://bucket/a.jsonl"},
		{"corpus", "reviews.jsonl", "reviews.jsonl"},
	} {
		if got := harmless(c.flag, c.value); got != c.want {
			t.Errorf("--%s %s is recorded as %q, want %q", c.flag, c.value, got, c.want)
		}
	}
}

func TestSettingsOfSeveralValues(t *testing.T) {
	for _, values := range [][]string{{"a"}, {"a", "b"}, {"\n"}, {"a\nb", "c"}, {""}, {"[", "]"}, {`["x"]`}, {"a", ""}} {
		if got := splitSetting(joinSetting(values)); !slices.Equal(got, values) {
			t.Errorf("%q came back as %q", values, got)
		}
	}
}

package flags

import (
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/output"
)

// TestArrange: a subcommand's positional arguments may stand anywhere.
func TestArrange(t *testing.T) {
	app := NewApp("explain", "", nil, append(Common(), What.Text("prompt", "TEXT", "")), NewCommand("game", "", nil, Common(How.Seed(), Print.Bool("compare", ""))),
		NewCommand("show", "", nil, Formats(output.Formats()...)))
	for line, want := range map[string]string{
		"game f.npz --seed 3 --compare": "game --seed 3 --compare -- f.npz",
		"game --seed 3 f.npz --quiet":   "game --seed 3 --quiet -- f.npz",
		"game --seed=3 f.npz -- --odd":  "game --seed=3 -- f.npz --odd",
		"show - --format csv":           "show --format csv -- -",
		"game f.npz --seed":             "game --seed -- f.npz",
		"--prompt game --seed 3":        "--prompt game --seed 3",
		"game f.npz -h --seed":          "game --help",
		"--help me":                     "--help",
		"--quiet thing":                 "--quiet thing",
		"-- game f.npz":                 "-- game f.npz",
	} {
		got, err := arrange(app, strings.Fields(line))
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %s (%v), want %s", line, strings.Join(got, " "), err, want)
		}
	}
	if _, err := arrange(app, []string{"--quiet", "game", "f.npz"}); err == nil {
		t.Error("a flag before the subcommand was accepted and would be ignored")
	}
}

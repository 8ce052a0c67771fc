package request_test

import (
	"reflect"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
)

func TestFromSettings(t *testing.T) {
	seed, temperature := uint64(7), 0.5
	for _, c := range []struct {
		command  string
		settings map[string]string
		want     request.Request
	}{
		{"explain", map[string]string{
			"model": "sentiment", "scale": "log-odds", "mask": "drop", "seed": "7", "budget": "0", "max-error": "0.05", "precision": "int8",
			"command": "rm -rf /", "output": "/etc/passwd", "threads": "64", "cache": "x",
		}, request.Request{
			Input: request.Input{Text: "words"}, Target: request.Target{Scale: "log-odds"}, Game: request.Game{Mask: "drop"},
			Method: request.Method{MaxError: 0.05, Seed: &seed}, Model: request.Model{Name: "sentiment", Precision: "int8"},
		}},
		{"generate", map[string]string{"template": "{a} is", "set": "a=x=1\na=y", "keep": "a", "temperature": "0.5", "top-k": "0", "stop": "\t.\n!", "early-stopping": "default"}, request.Request{
			Task: request.Generate, Input: request.Input{Template: "{a} is", Fields: []request.Field{{Name: "a", Text: "x=1"}, {Name: "a", Text: "y"}}},
			Writing: request.Writing{Temperature: &temperature, Stop: []string{"\t.", "!"}}, Game: request.Game{Keep: []string{"a"}},
		}},
	} {
		got, err := request.FromSettings(c.command, c.settings, "words")
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %v:\n%+v, error %v, want\n%+v", c.command, c.settings, got, err, c.want)
		}
	}
	if r, err := request.FromSettings("explain", map[string]string{"budget": "many"}, ""); err == nil {
		t.Errorf("%+v and no error", r)
	}
}

package command

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
)

// ran tells how the program was called: the value of every flag that bears on the
// numbers, but for zeros that nobody gave. The text is not among them; an
// explanation has it.
func ran(c *cli.Context) explain.Run {
	name, commit := build()
	r := explain.Run{Version: name + " " + commit, Command: c.Command.Name, Settings: map[string]string{}}
	for _, f := range c.Command.Flags {
		flag := f.Names()[0]
		value := settingOf(c, f)
		switch claimOf(r.Command, flag) {
		case defining, naming:
		case sourcing:
			value = harmless(flag, value)
		default:
			continue
		}
		if value != "" && (c.IsSet(flag) || value != "0" && value != "false") {
			r.Settings[flag] = value
		}
	}
	return r
}

// settingOf returns the value of a flag as settings have it.
func settingOf(c *cli.Context, f cli.Flag) string {
	if _, ok := f.(*cli.StringSliceFlag); ok {
		return joinSetting(c.StringSlice(f.Names()[0]))
	}
	return fmt.Sprint(c.Value(f.Names()[0]))
}

// joinSetting writes several values as one: a line each, or where lines could not
// tell them apart as an array of JSON.
func joinSetting(values []string) string {
	plain := func(v string) bool { return v != "" && !strings.Contains(v, "\n") && !strings.HasPrefix(v, "[") }
	if !slices.ContainsFunc(values, func(v string) bool { return !plain(v) }) {
		return strings.Join(values, "\n")
	}
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // strings can be written
	}
	return string(b)
}

// splitSetting is the inverse of joinSetting.
func splitSetting(value string) []string {
	var values []string
	if strings.HasPrefix(value, "[") && json.Unmarshal([]byte(value), &values) == nil {
		return values
	}
	return strings.Split(value, "\n")
}

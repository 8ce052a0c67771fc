package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
)

// ran tells how the program was called: the value of every flag that bears on
// the numbers, whether it was given or is the default. The text is not among
// them; an explanation has it.
func ran(c *cli.Context) explain.Run {
	name, commit := build()
	r := explain.Run{Version: name + " " + commit, Command: c.Command.Name, Settings: map[string]string{}}
	for _, f := range c.Command.Flags {
		flag := f.Names()[0]
		value := fmt.Sprint(c.Value(flag))
		if _, ok := f.(*cli.StringSliceFlag); ok {
			value = strings.Join(c.StringSlice(flag), "\n")
		}
		if bears(f, flag) && value != "" {
			r.Settings[flag] = value
		}
	}
	return r
}

// bears reports whether a flag bears on the numbers.
func bears(f cli.Flag, name string) bool {
	group, ok := f.(cli.CategorizableFlag)
	if !ok || slices.Contains([]string{"prompt", "file"}, name) {
		return false
	}
	return slices.Contains([]string{groupWhat, groupHow, groupAnswer}, group.GetCategory()) || name == "precision"
}

package command

import (
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/bias"
)

// mutedWords returns the words that are to be masked always: of a list, of the
// lines of a file, or all words of the program's own groups.
func mutedWords(c *cli.Context) ([]string, error) {
	given, separator := c.String("neutralize"), ","
	switch given {
	case "":
		return nil, nil
	case "groups":
		return groupWords(), nil
	}
	if strings.Contains(given, "\n") { // the words themselves, a line each
		separator = "\n"
	} else if info, err := os.Stat(given); err == nil && !info.IsDir() {
		text, err := readFile(c.Context, given)
		if err != nil {
			return nil, err
		}
		given, separator = text+"\n", "\n"
		if err := c.Set("neutralize", given); err != nil { // an explanation records the words
			return nil, err
		}
	} else if strings.ContainsAny(given, "/\\") {
		return nil, usage("--neutralize: no file %s", given)
	}
	var list []string
	for _, w := range strings.Split(given, separator) {
		if w = strings.TrimSpace(w); w != "" {
			list = append(list, w)
		}
	}
	if len(list) == 0 {
		return nil, usage("--neutralize names no words")
	}
	return list, nil
}

// groupWords are all words of the program's own groups, but for first names.
func groupWords() []string {
	var list []string
	add := func(w string) {
		if w = strings.ToLower(w); w != "" && !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	for _, l := range bias.Lexicons() {
		for _, row := range l.Rows {
			for _, w := range row.Words {
				add(w)
			}
		}
	}
	for _, axis := range bias.Builtin().Axes {
		if !slices.Contains(axis.Slots, "adjective") {
			continue
		}
		for _, g := range axis.Groups {
			for _, w := range g.Terms {
				add(w)
			}
		}
	}
	return list
}

package command

import (
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// mutedWords returns the words that are to be masked always: of a list, of the
// lines of a file, or all words of the program's own groups.
func mutedWords(c *cli.Context) ([]string, error) {
	given := c.String("neutralize")
	switch given {
	case "":
		return nil, nil
	case "groups":
		return request.GroupWords(), nil
	}
	if info, err := os.Stat(given); err == nil && !info.IsDir() {
		text, err := readFile(c.Context, given)
		if err != nil {
			return nil, err
		}
		given = text + "\n"
	} else if strings.ContainsAny(given, "/\\") && !strings.Contains(given, "\n") {
		return nil, usage("--neutralize: no file %s", given)
	}
	words := request.WordsOf(given)
	if len(words) == 0 {
		return nil, usage("--neutralize names no words")
	}
	return words, nil
}

package flags

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// environments is the end of help, where there are flags.
const environments = `
Where a flag's values are listed, the first is the default. Each flag has an
environment variable: EXPLAIN_FORMAT for --format, and so on.
`

// helpText returns the help of a command, as a template without placeholders: its
// head, and the flags under their headings.
func helpText(head string, flags []cli.Flag) string {
	if len(flags) == 0 {
		return head
	}
	lines := map[Group]string{}
	for _, f := range flags {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		lines[Group(f.(cli.CategorizableFlag).GetCategory())] += helpLine(f, d)
	}
	var b strings.Builder
	b.WriteString(head)
	for _, group := range []Group{What, Answer, How, Print, Run} {
		if lines[group] != "" {
			fmt.Fprintf(&b, "\n%s:\n%s", group, lines[group])
		}
	}
	return b.String() + environments
}

// helpLine returns a flag as a line of help, or more where that is long.
func helpLine(f cli.Flag, d cli.DocGenerationFlag) string {
	name, use := signature(f, d)
	head := ""
	// The flag's column is 17 wide; a longer one has a line of its own.
	if len(name) > 17 {
		head, name = "  "+name+"\n", ""
	}
	return fmt.Sprintf("%s  %-17s %s\n", head, name, indent(use, 20))
}

// indent breaks text into lines of 80 columns, all but the first indented so far.
func indent(text string, by int) string {
	var b strings.Builder
	at := by
	for i, word := range strings.Split(text, " ") {
		if i > 0 && at+1+len(word) > 80 {
			b.WriteString("\n" + strings.Repeat(" ", by))
			at = by
		} else if i > 0 {
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += len(word)
	}
	return b.String()
}

// signature returns a flag as help shows it: "--budget N", "maximum number of model evaluations".
func signature(f cli.Flag, d cli.DocGenerationFlag) (name, use string) {
	name, use = "--"+f.Names()[0], d.GetUsage()
	if rest, ok := strings.CutPrefix(use, "`"); ok {
		placeholder, tail, _ := strings.Cut(rest, "` ")
		name, use = name+" "+placeholder, tail
	}
	if n, ok := f.(*cli.Uint64Flag); ok {
		use += fmt.Sprintf(" (default: %d)", n.Value)
	}
	return name, use
}

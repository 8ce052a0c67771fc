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

// helpText returns the help of a command, as a template without placeholders.
func helpText(head string, flags []cli.Flag) string {
	var b strings.Builder
	b.WriteString(head)
	group := ""
	for _, f := range flags {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		if c := f.(cli.CategorizableFlag).GetCategory(); c != group {
			group = c
			fmt.Fprintf(&b, "\n%s:\n", group)
		}
		name, use := signature(f, d)
		if len(name) > 17 {
			fmt.Fprintf(&b, "  %s\n", name)
			name = ""
		}
		fmt.Fprintf(&b, "  %-17s %s\n", name, indent(use, 20))
	}
	if len(flags) > 0 {
		b.WriteString(environments)
	}
	return b.String()
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

// signature returns a flag as help shows it: "--budget N", "coalitions to value at most".
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

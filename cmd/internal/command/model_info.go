package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model/pretrained"
	"github.com/whence-xai/whence/model/summary"
)

// modelInfo prints what a model is.
func (p *program) modelInfo(c *cli.Context) error {
	name, err := flags.OneArgument(c, "NAME|DIR")
	if err != nil {
		return err
	}
	s, err := p.summarizeModel(c.Context, name)
	if err != nil {
		return err
	}
	if c.String("format") == "json" {
		return output.JSON(p.stdout, s)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	line := func(what, value string) {
		if value != "" && value != "0" {
			fmt.Fprintf(w, "%s\t%s\n", what, oneLine(value))
		}
	}
	line("model", name)
	line("architecture", described(s.Type, s.Architecture))
	line("task", s.Task)
	line("labels", joined(s.Labels))
	line("parameters", count(s.Parameters))
	line("container", s.Container)
	line("precision", s.Precision)
	line("memory", terminal.Bytes(s.Memory)+" in float32, half of that in bfloat16, a quarter in int8")
	line("layers", layers(s))
	line("width", fmt.Sprint(s.Width))
	line("heads", fmt.Sprint(s.Heads))
	line("vocabulary", fmt.Sprint(s.Vocabulary))
	line("most tokens", fmt.Sprint(s.Limit))
	line("licence", s.License)
	line("folder", s.Dir)
	if err := w.Flush(); err != nil || s.Files == nil {
		return err
	}
	fmt.Fprintln(w, "\nfile\tsize\tSHA-256")
	for _, f := range s.Files {
		fmt.Fprintf(w, "%s\t%s\t%s\n", oneLine(f.Name), terminal.Bytes(f.Bytes), f.SHA256)
	}
	return w.Flush()
}

// summarizeModel returns what a model is that the user names: a folder, a built-in
// one, or one of the hub.
func (p *program) summarizeModel(ctx context.Context, name string) (*summary.Summary, error) {
	if _, err := os.Stat(name); err != nil && slices.Contains(pretrained.Names(), name) {
		files, err := pretrained.Checkpoint(name)
		if err != nil {
			return nil, err
		}
		return summary.New(files.Config, files.TokenizerConfig, files.Weights)
	}
	dir, err := p.terminal.Model(ctx, name)
	if err != nil {
		return nil, err
	}
	return summary.Read(dir)
}

// oneLine makes what a file says safe to print in a line of a table. Names and licences
// are written by whoever made the model: a line end or a tab would forge rows, and an
// escape sequence would command the terminal.
func oneLine(s string) string {
	return strings.NewReplacer("\n", "␊", "\t", "␉").Replace(render.Printable(s))
}

// layers says how many layers there are, of an encoder and a decoder apart.
func layers(s *summary.Summary) string {
	if s.Decoder > 0 {
		return fmt.Sprintf("%d of the encoder, %d of the decoder", s.Layers, s.Decoder)
	}
	return fmt.Sprint(s.Layers)
}

// described returns a thing with more of it in parentheses.
func described(thing, more string) string {
	if more == "" {
		return thing
	}
	return thing + " (" + more + ")"
}

// maxJoined is how many names stand in a row.
const maxJoined = 8

// joined keeps a line of the table a line: a model may have a thousand labels.
func joined(names []string) string {
	if len(names) > maxJoined {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxJoined], ", "), len(names)-maxJoined)
	}
	return strings.Join(names, ", ")
}

// count returns a large number as people say it, and exactly.
func count(n int64) string {
	switch {
	// From here on three digits round up to a billion.
	case n >= 999_500_000:
		return fmt.Sprintf("%.3g billion (%d)", float64(n)/1e9, n)
	case n >= 1e6:
		return fmt.Sprintf("%.3g million (%d)", float64(n)/1e6, n)
	}
	return fmt.Sprint(n)
}

// readLine reads what the user answers, for as long as ctx is not done.
func readLine(ctx context.Context, r io.Reader) (string, error) {
	line := make(chan string, 1)
	// A read from a terminal cannot be broken off. The goroutine stays until the
	// process ends, which after an interrupt is at once.
	go func() {
		s := bufio.NewScanner(r)
		s.Scan()
		line <- strings.ToLower(strings.TrimSpace(s.Text()))
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case s := <-line:
		return s, nil
	}
}

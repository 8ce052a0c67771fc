package command

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

// maxText bounds the text that is read, in bytes. No model reads a hundredth of it.
const maxText = 16 << 20

// text returns the text to be explained. One line end at its end, which files
// have and sentences do not, is taken off.
func (p *program) text(c *cli.Context) (string, error) { return p.textOf(c, "prompt") }

// textOf returns the text that a flag of that name has, or the file or standard
// input.
func (p *program) textOf(c *cli.Context, flag string) (string, error) {
	prompt, file := c.IsSet(flag), c.String("file")
	var text string
	var err error
	switch {
	case prompt && file != "":
		return "", usage("both --%s and --file are given", flag)
	case prompt:
		text = c.String(flag)
	case file != "" && file != "-":
		text, err = readFile(c.Context, file)
	case file == "" && isTerminal(p.stdin):
		return "", usage("no text is given").or(`give one: --%s "…"`, flag)
	default:
		text, err = readAll(c.Context, p.stdin, "standard input")
	}
	if err != nil {
		return "", err
	}
	if !prompt {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
		if text == "" {
			return "", usage("the text is empty").or(`for no text at all: --%s ""`, flag)
		}
	}
	if !utf8.ValidString(text) {
		return "", usage("the text is not UTF-8: byte %d", invalidAt(text))
	}
	return text, nil
}

func readFile(ctx context.Context, name string) (string, error) {
	b, err := contentOf(ctx, name, func() (io.ReadCloser, error) { return os.Open(name) }, maxText)
	return string(b), err
}

// wholeFile reads a file that is needed in parts and more than once.
func wholeFile(ctx context.Context, name string, most int64) (*bytes.Reader, error) {
	b, err := contentOf(ctx, name, func() (io.ReadCloser, error) { return os.Open(name) }, most)
	return bytes.NewReader(b), err
}

// openFile opens a file of any size. Opening it and reading it give up when ctx does.
func openFile(ctx context.Context, name string) (io.ReadCloser, error) {
	var f *os.File
	done := make(chan error, 1)
	go func() {
		var err error
		f, err = os.Open(name)
		done <- err
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-done:
		if err != nil {
			return nil, usage("%w", err)
		}
		context.AfterFunc(ctx, func() { f.Close() })
		return f, nil
	}
}

// readAll reads r, of that name, as text.
func readAll(ctx context.Context, r io.Reader, name string) (string, error) {
	b, err := contentOf(ctx, name, func() (io.ReadCloser, error) { return io.NopCloser(r), nil }, maxText)
	return string(b), err
}

// contentOf reads a file that may be a terminal, or a pipe where nothing comes or
// that nobody has opened to write: it gives up when ctx does. It reads so many bytes
// at most, for some files have no end.
func contentOf(ctx context.Context, name string, open func() (io.ReadCloser, error), most int64) ([]byte, error) {
	var b []byte
	done := make(chan error, 1)
	go func() {
		f, err := open()
		if err != nil {
			done <- usage("%w", err)
			return
		}
		defer f.Close()
		if b, err = io.ReadAll(io.LimitReader(f, most+1)); err != nil {
			err = usage("%s: %w", name, reason(err))
		}
		done <- err
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-done:
		if err == nil && int64(len(b)) > most {
			err = usage("%s: more than %d MiB", name, most>>20)
		}
		if err != nil {
			return nil, err
		}
		return b, nil
	}
}

// reason drops from an error of the file system the name that a message has already.
func reason(err error) error {
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

func invalidAt(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i
			}
		}
	}
	return len(s)
}

package flags

import (
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/model/chat"
)

// Prompt returns the flags that say which text a model reads, models being what help
// says of --model.
func Prompt(models string) []cli.Flag { return input("", models) }

// input returns the flags that say what the model of a task reads. Tasks Classify and
// Ask have --model elsewhere.
func input(task request.Task, models string) []cli.Flag {
	model := What.Text("model", "MODEL", models)
	switch task {
	case request.Answer:
		return []cli.Flag{
			What.Text("question", "TEXT", "the question"),
			What.Text("context", "TEXT", "the text that has the answer; without it --file or standard input is read"),
			What.Text("file", "FILE", "a file with the context"),
			model,
		}
	case request.Ask:
		return []cli.Flag{
			What.Text("prompt", "TEXT", "the prompt; without it --file or standard input is read"),
			What.Text("file", "FILE", "a file with the prompt"),
		}
	}
	text := "the text"
	if task == request.Classify {
		text = "the text to explain"
	}
	flags := []cli.Flag{
		What.Text("prompt", "TEXT", text+"; without it --file or standard input is read"),
		What.Text("file", "FILE", "a file with the text"),
	}
	if task != request.Classify {
		flags = append(flags, model)
	}
	switch task {
	case request.Generate:
		flags = append(flags,
			What.Bool("chat", "the prompt is the user's message of a chat; a .json file has all messages"),
			What.Text("system", "TEXT", "with --chat: the system message"),
			What.Text("template", "TEXT", `a prompt with {fields}, as "Facts: {fact} Answer:", or a file that has one`),
			What.Texts("set", "FIELD=TEXT", "a field of the template; FIELD=@FILE reads it; may be given several times"),
			What.Texts("keep", "FIELD", "a field that --why never masks; may be given several times"),
		)
	case request.Translate:
		flags = append(flags,
			What.Text("from", "LANGUAGE", "the language of the text, by the name that a multilingual model has for it"),
			What.Text("to", "LANGUAGE", "the language to translate into, likewise"),
		)
	}
	return flags
}

// setInput reads what the model is to read: texts, or the files that have them.
func setInput(c *cli.Context, r *request.Request, stdin io.Reader) (err error) {
	set(c, "question", c.String, &r.Question)
	set(c, "chat", c.Bool, &r.Chat)
	set(c, "system", c.String, &r.System)
	set(c, "from", c.String, &r.From)
	set(c, "to", c.String, &r.To)
	switch {
	case r.Task == request.Play:
		return nil
	case r.Task == request.Answer:
		r.Text, err = textOf(c, "context", stdin)
		return err
	case c.IsSet("template") || c.IsSet("set"):
		return setTemplate(c, &r.Input)
	}
	// A conversation of several messages is told from a text by the name of its
	// file alone: a text may well be JSON.
	if r.Text, err = TextOf(c, stdin); err != nil || !r.Chat || strings.ToLower(filepath.Ext(c.String("file"))) != ".json" {
		return err
	}
	said, err := chat.Read([]byte(r.Text))
	if err != nil {
		return terminal.Usage("%s: %w", c.String("file"), err).Or(`a conversation is [{"role": "user", "content": "…"}, …]`)
	}
	r.Text, r.Messages, r.Tools, r.TemplateNames = "", said.Messages, said.Tools, said.Names
	return nil
}

// setTemplate reads a template and the fields that --set gives: texts, those of
// files, or behind "@@" texts that begin with "@".
func setTemplate(c *cli.Context, in *request.Input) (err error) {
	in.Template = c.String("template")
	switch {
	case in.Template != "" && (c.IsSet("prompt") || c.String("file") != ""):
		return terminal.Usage("--template makes the prompt: neither --prompt nor --file goes with it")
	// Without a field it is no template, so it must name a file that has one.
	case in.Template != "" && !strings.Contains(in.Template, "{"):
		if in.Template, err = fileText(c, in.Template); err != nil {
			return err
		}
	}
	for _, given := range c.StringSlice("set") {
		name, text, ok := strings.Cut(given, "=")
		if !ok {
			return terminal.Usage("--set %q is not FIELD=TEXT", given)
		}
		if behind, ok := strings.CutPrefix(text, "@"); ok && strings.HasPrefix(behind, "@") {
			text = behind
		} else if ok {
			if text, err = fileText(c, behind); err != nil {
				return err
			}
		}
		in.Fields = append(in.Fields, request.Field{Name: name, Text: text})
	}
	return nil
}

// TextOf returns the text to be explained: that of --prompt, of --file or of standard
// input. One line end at its end, which files have and sentences do not, is taken off.
func TextOf(c *cli.Context, stdin io.Reader) (string, error) { return textOf(c, "prompt", stdin) }

// textOf returns the text that a flag of that name has, or the file or standard
// input.
func textOf(c *cli.Context, flag string, stdin io.Reader) (text string, err error) {
	given, file := c.IsSet(flag), c.String("file")
	switch {
	case given && file != "":
		return "", terminal.Usage("both --%s and --file are given", flag)
	case given:
		text = c.String(flag)
	case file != "" && file != "-":
		text, err = fileText(c, file)
	// Nobody would know that the program waits for them to type.
	case file == "" && terminal.Interactive(stdin):
		return "", terminal.Usage("no text is given").Or(`give one: --%s "…"`, flag)
	default:
		var b []byte
		b, err = ReadAll(c.Context, stdin, "standard input", request.MaxText)
		text = withoutLineEnd(b)
	}
	switch {
	case err != nil:
		return "", err
	// An empty file is a mistake more often than not; an empty --prompt was typed.
	case !given && text == "":
		return "", terminal.Usage("the text is empty").Or(`for no text at all: --%s ""`, flag)
	case !utf8.ValidString(text):
		return "", terminal.Usage("the text is not UTF-8: byte %d", invalidAt(text))
	}
	return text, nil
}

// fileText returns the text of a file, without the line end that files have.
func fileText(c *cli.Context, name string) (string, error) {
	b, err := ReadFile(c.Context, name, request.MaxText)
	return withoutLineEnd(b), err
}

// withoutLineEnd takes one line end off and no more: blank lines at the end may be
// meant.
func withoutLineEnd(b []byte) string {
	return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
}

// invalidAt returns the first byte that is not UTF-8. U+FFFD may also be in a text
// by itself; then it has three bytes.
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

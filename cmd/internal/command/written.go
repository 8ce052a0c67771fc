package command

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model"
)

// A written is what a model wrote, as JSON has it.
type written struct {
	Model  string        `json:"model"`
	SHA256 string        `json:"sha256"`
	Prompt string        `json:"prompt"`
	Texts  []writtenText `json:"texts"`
}

// A writtenText is one of several texts.
// finish is "end" with the model's own token for it, "stop" at a text that the
// flags name, "length" at the maximum of new tokens, or "context" where the model
// reads no more.
type writtenText struct {
	Text   string            `json:"text"`
	Finish string            `json:"finish"`
	Score  *jsonfloat.Number `json:"score,omitempty"` // of a beam search
	Tokens []writtenToken    `json:"tokens"`
}

// A writtenToken is a token and how likely the model found it.
// The log-probability is the model's own, before a temperature, a penalty or a cut
// changed it.
type writtenToken struct {
	ID      int32            `json:"id"`
	Text    string           `json:"text"`
	LogProb jsonfloat.Number `json:"log_probability"`
}

// A writing is what a model writes, on its way to the output.
type writing struct {
	*task
	written
	model writer
	lead  string // what texts are shown behind: a prompt that they go on with
}

// A writer is a model that writes: a Generator or a Translator.
type writer interface {
	Name() string
	SHA256() string
	MaxTokens() int
}

func (t *task) newWriting(m writer, prompt string) *writing {
	return &writing{task: t, written: written{Model: m.Name(), SHA256: m.SHA256(), Prompt: prompt}, model: m}
}

// show has the model write, unless another answer than its own is explained, and
// prints that.
func (w *writing) show(tokens iter.Seq2[model.Token, error]) error {
	if w.why && w.request.Answer != "" {
		return nil
	}
	if err := w.follow(tokens); err != nil {
		return flags.Faults(err)
	}
	for _, t := range w.Texts {
		if t.Finish == "context" {
			w.terminal.Printf("note: the text ends where the model reads no more than %s", counted(w.model.MaxTokens(), "token"))
		}
	}
	return nil
}

// follow collects what a model writes, and shows a single text as it comes.
func (w *writing) follow(tokens iter.Seq2[model.Token, error]) error {
	// Tokens of several samples come interleaved, and JSON is one value, so only a
	// single text can be shown while it is written.
	live := io.Discard
	if w.request.Samples <= 1 && w.out.Format != "json" && w.shown() && w.out.File == "" {
		live = w.stdout
	}
	lead := w.lead // shown when there is something to follow it
	for t, err := range tokens {
		if err != nil {
			if len(w.Texts) > 0 {
				_, _ = io.WriteString(live, "\n") // behind what was shown
			}
			return err
		}
		w.add(t)
		if _, err := io.WriteString(live, w.printable(lead+t.Text)); err != nil {
			return err
		}
		lead = ""
	}
	if live != io.Discard && !strings.HasSuffix(w.lead+w.Texts[0].Text, "\n") {
		if _, err := io.WriteString(live, "\n"); err != nil {
			return err
		}
	}
	if live != io.Discard || !w.shown() {
		return nil
	}
	return w.print()
}

// add appends a token to the text that it is of.
func (w *written) add(t model.Token) {
	// Samples come in any order; the empty lists of tokens keep JSON from writing
	// null.
	for t.Sample >= len(w.Texts) {
		w.Texts = append(w.Texts, writtenText{Tokens: []writtenToken{}})
	}
	text := &w.Texts[t.Sample]
	text.Text += t.Text
	text.Finish = t.Finish
	text.Tokens = append(text.Tokens, writtenToken{t.ID, t.Text, jsonfloat.Number(t.LogProb)})
	if t.Score != 0 {
		text.Score = new(jsonfloat.Number(t.Score))
	}
}

// printable returns a text as it is, but for a terminal, which it must not command.
func (w *writing) printable(text string) string {
	if w.out.File == "" && terminal.Interactive(w.stdout) {
		return render.Printable(text)
	}
	return text
}

// print writes the texts in one piece.
func (w *writing) print() error {
	var b bytes.Buffer
	if w.out.Format == "json" {
		if err := output.JSON(&b, w.written); err != nil {
			return err
		}
	} else {
		for i, t := range w.Texts {
			text := strings.TrimRight(w.lead+t.Text, "\n") + "\n"
			if len(w.Texts) > 1 {
				number := fmt.Sprintf("%*d  ", len(fmt.Sprint(len(w.Texts))), i+1)
				text = number + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+strings.Repeat(" ", len(number))) + "\n"
			}
			b.WriteString(w.printable(text))
		}
	}
	return w.out.Deliver(b.Bytes())
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

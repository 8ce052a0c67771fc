package command

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
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
type writtenText struct {
	Text   string          `json:"text"`
	Finish model.Finish    `json:"finish"`
	Score  *explain.Number `json:"score,omitempty"` // of a beam search
	Tokens []writtenToken  `json:"tokens"`

	ids []int32
}

// A writtenToken is a token and how likely the model found it.
type writtenToken struct {
	ID      int32          `json:"id"`
	Text    string         `json:"text"`
	LogProb explain.Number `json:"log_probability"`
}

// writing is how texts go to the output.
type writing struct {
	*program
	output string // a file; "" for standard output
	silent bool   // nothing is shown: an explanation follows
	json   bool
	lead   string // what texts are shown behind: a prompt that they go on with
}

func (p *program) newWriting(c *cli.Context, lead string) writing {
	return writing{program: p, output: c.String("output"), silent: !answersShown(c), json: newOutput(c).format == "json", lead: lead}
}

// follow collects what a model writes, and shows a single text as it comes.
func (w writing) follow(x *written, tokens iter.Seq2[model.Token, error], alone bool) error {
	live := io.Discard
	if alone && !w.json && !w.silent && w.output == "" {
		live = w.stdout
	}
	lead := w.lead // shown when there is something to follow it
	for t, err := range tokens {
		if err != nil {
			if len(x.Texts) > 0 {
				_, _ = io.WriteString(live, "\n") // behind what was shown
			}
			return err
		}
		for t.Sample >= len(x.Texts) {
			x.Texts = append(x.Texts, writtenText{Tokens: []writtenToken{}})
		}
		text := &x.Texts[t.Sample]
		text.Text += t.Text
		text.Finish = t.Finish
		text.ids = append(text.ids, t.ID)
		text.Tokens = append(text.Tokens, writtenToken{t.ID, t.Text, explain.Number(t.LogProb)})
		if t.Score != 0 {
			text.Score = new(explain.Number(t.Score))
		}
		if _, err := io.WriteString(live, w.shown(lead+t.Text)); err != nil {
			return err
		}
		lead = ""
	}
	if live != io.Discard && !strings.HasSuffix(w.lead+x.Texts[0].Text, "\n") {
		if _, err := io.WriteString(live, "\n"); err != nil {
			return err
		}
	}
	if live != io.Discard || w.silent {
		return nil
	}
	return w.print(x)
}

// shown returns a text as it is, but for a terminal, which it must not command.
func (w writing) shown(text string) string {
	if w.output == "" && isTerminal(w.stdout) {
		return render.Printable(text)
	}
	return text
}

// print writes the texts in one piece.
func (w writing) print(x *written) error {
	var b bytes.Buffer
	if w.json {
		if err := encodeJSON(&b, x); err != nil {
			return err
		}
	} else {
		for i, t := range x.Texts {
			text := strings.TrimRight(w.lead+t.Text, "\n") + "\n"
			if len(x.Texts) > 1 {
				number := fmt.Sprintf("%*d  ", len(fmt.Sprint(len(x.Texts))), i+1)
				text = number + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+strings.Repeat(" ", len(number))) + "\n"
			}
			b.WriteString(w.shown(text))
		}
	}
	return w.deliver(w.output, b.Bytes())
}

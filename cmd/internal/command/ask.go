package command

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model/remote"
)

const helpAsk = `Asks a model on a server, or a program, and tells which parts of the prompt made
it answer so. Servers speak the API of OpenAI's kind, as vLLM, llama.cpp and
Ollama do. Where one tells how likely it finds a given answer, parts of the
prompt are scored by that; where not, by how similar its answers are to the one
to the whole prompt.

A program reads lines of JSON and answers each with a line:
  {"prompt": "Who sat?", "continuation": " The cat."}
  {"logprobs": [-1.5, -0.25, -3], "tokens": [" The", " cat", "."]}
  {"prompt": "Who sat?"}
  {"text": " The cat."}

usage:
  explain ask --endpoint URL [flags] --prompt TEXT
  explain ask --command CMD [flags] --prompt TEXT

examples:
  explain ask --endpoint http://localhost:8000/v1 --file prompt.txt \
    --unit sentence --score token
  explain ask --endpoint http://localhost:11434/v1 --model llama3.2 --chat \
    --prompt "Why is it dark at night?"
  explain ask --endpoint https://api.example.com/v1 --model large --chat \
    --key-file key.txt --cache answers --price 2.5,10 --dry-run --file long.txt
`

func (p *program) askCommand() *cli.Command {
	unit := newChoice(groupHow, "unit", "UNIT", "word, sentence, paragraph, item or character", request.Units(request.Ask)...)
	mask := words(groupHow, "mask", "MASK", "delete, or rewrite:WORD, parts that are absent")
	mask.Value = "delete"
	flags := slices.Concat([]cli.Flag{
		words(groupWhat, "prompt", "TEXT", "the prompt; without it --file or standard input is read"),
		words(groupWhat, "file", "FILE", "a file with the prompt"),
	}, endpointFlags(), []cli.Flag{
		words(groupWhat, "answer", "TEXT", "what it shall have answered (default: what it answers)"),
		number(groupWhat, "max-tokens", "of an answer at most (default: 64)"),
		newChoice(groupWhat, "score", "WAY", "by the answer's likelihood, its tokens', or its similarity: auto, answer, token, exact, chrf, chrf++, bleu, cosine", request.Scorings()...),
		words(groupWhat, "encoder", "NAME", "of texts for --score cosine, a folder or of the hub (default: built in)"),
		unit, mask,
		&cli.StringSliceFlag{Name: "keep", Category: groupHow, KeepSpace: true, Usage: "`TEXT` of the prompt that is never masked, wherever it stands; may be given several times", EnvVars: environment("keep")},
	}, methodFlags(), outputFlags("table", "text", "json", "csv", "markdown"), runFlags(askingFlags()...))
	return p.command("ask", helpAsk, flags, p.ask)
}

// ask explains what a model on a server, or a program, makes of a prompt.
func (p *program) ask(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	from, err := sourceOf(c)
	if err != nil {
		return err
	}
	r, err := p.requestOf(c, request.Ask)
	if err != nil {
		return err
	}
	if c.IsSet("answer") && r.Answer == "" {
		return usage("the answer is empty").or("--answer TEXT says what it shall have answered")
	}
	a, err := r.Asking(c.Context, p.models(c))
	if err != nil {
		return inFlags(err)
	}
	if c.Bool("dry-run") {
		return p.preview(a, from.client(r))
	}
	out := newOutput(c)
	x, notes, err := p.put(c.Context, a, from)
	if out.format == "csv" { // which has no place for them
		for _, n := range notes {
			p.terminal.printf("%s", n)
		}
	}
	return p.finish(out, x, err)
}

// put puts a prompt to a model and explains what it makes of it. It also returns what
// is to be said of how scores came about, which the explanation has among its
// warnings.
func (p *program) put(ctx context.Context, a *request.Asking, to source) (x *explain.Explanation, notes []string, err error) {
	s, err := p.openSpeaker(ctx, to, a.Request)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	run, err := a.Run(ctx, s.Speaker)
	if err != nil {
		return nil, nil, asked(inFlags(err))
	}
	x, err = p.carryOut(ctx, run)
	if a.Note != "" {
		notes = append(notes, a.Note)
	}
	if s.client != nil {
		more := s.client.Notes()
		notes = append(notes, more...)
		if x != nil {
			x.Warnings = append(x.Warnings, more...)
		}
		p.paid(s.client)
	}
	return x, notes, asked(err)
}

// preview tells what an explanation would take, asking nothing; client is nil for a
// program.
func (p *program) preview(a *request.Asking, client *remote.Client) error {
	passes, err := a.Passes()
	if err != nil {
		return inFlags(err)
	}
	told := fmt.Sprintf("at most %d passes", passes)
	if client != nil {
		told = client.Preview(a.Request.Text, a.Request.Answer, passes).String()
	}
	_, err = fmt.Fprintf(p.stdout, "%d parts of the prompt, %s\n", a.Players, told)
	return err
}

// paid tells what was asked of a server, where each step is told.
func (p *program) paid(client *remote.Client) {
	if !p.terminal.verbose {
		return
	}
	u := client.Usage()
	p.terminal.printf("%d requests, %d of them failed, %d answers known; %d tokens read and %d written", u.Requests, u.Failed, u.Cached, u.PromptTokens, u.AnswerTokens)
	if cost := client.Price.Cost(u); cost > 0 {
		p.terminal.printf("paid %.3g", cost)
	}
}

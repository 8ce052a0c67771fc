package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model/remote"
)

const helpAsk = `Asks a model on a server, or a program, and tells which parts of the prompt led
to the answer. The server has an API like OpenAI's, as vLLM, llama.cpp and
Ollama have. If it tells the log-likelihood of a given answer, parts of the
prompt are scored by that; otherwise by how similar the answers to masked
prompts are to the answer to the whole prompt.

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
	return p.command("ask", helpAsk, p.ask,
		flags.Task(request.Ask, "", endpointFlags()...),
		flags.Formats("table", "text", "json", "csv", "markdown"), flags.Common(askingFlags()...))
}

// ask explains what a model on a server, or a program, makes of a prompt.
func (p *program) ask(c *cli.Context) error {
	if err := flags.NoArguments(c); err != nil {
		return err
	}
	from, err := sourceOf(c)
	if err != nil {
		return err
	}
	r, err := flags.RequestOf(c, request.Ask, p.stdin)
	if err != nil {
		return err
	}
	// A request cannot tell an empty answer from none; the flag can.
	if c.IsSet("answer") && r.Answer == "" {
		return terminal.Usage("the answer is empty").Or("--answer TEXT says what it shall have answered")
	}
	a, err := r.Asking(c.Context, p.models(c))
	if err != nil {
		return flags.Faults(err)
	}
	if c.Bool("dry-run") {
		return p.preview(a, from.client(r))
	}
	out := flags.OutputOf(c, p.stdout)
	x, notes, err := p.put(c.Context, a, from)
	if out.Format == "csv" { // which has no place for them
		for _, n := range notes {
			p.terminal.Printf("%s", n)
		}
	}
	return out.Finish(x, err)
}

// put puts a prompt to a model and explains what it makes of it. It also returns what
// is to be said of how scores came about, which the explanation has among its
// warnings.
func (p *program) put(ctx context.Context, a *request.Asking, to source) (x *explain.Explanation, notes []string, err error) {
	s, err := p.openSpeaker(ctx, to, a.Request)
	if err != nil {
		return nil, nil, err
	}
	// Closing writes out the file of answers: its failure means that paid answers
	// are lost, so it is the command's failure too.
	defer func() { err = errors.Join(err, s.close()) }()
	run, err := a.Run(ctx, s.Speaker)
	if err != nil {
		return nil, nil, asked(flags.Faults(err))
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
		return flags.Faults(err)
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
	if !p.terminal.Verbose {
		return
	}
	u := client.Usage()
	p.terminal.Printf("%d requests, %d of them failed, %d answers known; %d tokens read and %d written", u.Requests, u.Failed, u.Cached, u.PromptTokens, u.AnswerTokens)
	if cost := client.Price.Cost(u); cost > 0 {
		p.terminal.Printf("paid %.3g", cost)
	}
}

package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
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

// scorings are the ways to score prompts, the first of them the default.
var scorings = []string{"auto", "answer", "token", "exact", "chrf", "chrf++", "bleu", "cosine"}

func (p *program) askCommand() *cli.Command {
	unit := newChoice(groupHow, "unit", "UNIT", "word, sentence, paragraph, item or character", "word", "sentence", "paragraph", "item", "character", "run")
	mask := words(groupHow, "mask", "MASK", "delete, or rewrite:WORD, parts that are absent")
	mask.Value = "delete"
	flags := slices.Concat([]cli.Flag{
		words(groupWhat, "prompt", "TEXT", "the prompt; without it --file or standard input is read"),
		words(groupWhat, "file", "FILE", "a file with the prompt"),
	}, endpointFlags(), []cli.Flag{
		words(groupWhat, "answer", "TEXT", "what it shall have answered (default: what it answers)"),
		number(groupWhat, "max-tokens", "of an answer at most (default: 64)"),
		newChoice(groupWhat, "score", "WAY", "by the answer's likelihood, its tokens', or its similarity: auto, answer, token, exact, chrf, chrf++, bleu, cosine", scorings...),
		words(groupWhat, "encoder", "NAME", "of texts for --score cosine, a folder or of the hub (default: built in)"),
		unit, mask,
		&cli.StringSliceFlag{Name: "keep", Category: groupHow, KeepSpace: true, Usage: "`TEXT` of the prompt that is never masked, wherever it stands; may be given several times", EnvVars: environment("keep")},
	}, methodFlags(), outputFlags("table", "text", "json", "csv", "markdown"), runFlags(askingFlags()...))
	return p.command("ask", helpAsk, flags, p.ask)
}

// ask explains what a model on a server, or a program, makes of a prompt.
func (p *program) ask(c *cli.Context) (err error) {
	if err := noArguments(c); err != nil {
		return err
	}
	unit, err1 := text.ParseUnit(c.String("unit"))
	masker, err2 := text.ParseMasker(c.String("mask"))
	if err := errors.Join(err1, err2); err != nil {
		return &usageError{err: err}
	}
	prompt, err := p.text(c)
	if err != nil {
		return err
	}
	kept, err := keptParts(prompt, c.StringSlice("keep"))
	if err != nil {
		return err
	}
	s, err := p.openSpeaker(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	o := text.Options{Unit: unit, Masker: masker, Keep: kept}
	if c.Bool("dry-run") {
		return p.preview(c, s, o, prompt)
	}
	target, note, err := s.target(c, prompt)
	if err != nil {
		return asked(err)
	}
	game, err := o.NewPromptGame(prompt, target)
	if err != nil {
		return badText(err)
	}
	x, err := p.estimate(c, game, true)
	notes := s.notes(note)
	if x != nil {
		x.Warnings = append(x.Warnings, notes...)
	}
	if c.String("format") == "csv" { // which has no place for them
		for _, n := range notes {
			p.terminal.printf("%s", n)
		}
	}
	p.paid(c, s)
	return p.finish(newOutput(c), x, asked(err))
}

// keptParts returns where in a prompt the texts stand that are never masked.
func keptParts(prompt string, texts []string) (spans []explain.Span, err error) {
	for _, kept := range texts {
		if kept == "" || !strings.Contains(prompt, kept) {
			return nil, usage("--keep %q is no part of the prompt", kept)
		}
		for at := 0; ; {
			i := strings.Index(prompt[at:], kept)
			if i < 0 {
				break
			}
			spans = append(spans, explain.Span{Start: at + i, End: at + i + len(kept)})
			at += i + len(kept)
		}
	}
	return spans, nil
}

// notes returns what is to be said of how scores came about, note if there is
// one, and what came up on the way.
func (s *speaker) notes(note string) (notes []string) {
	if note != "" {
		notes = append(notes, note)
	}
	if s.client != nil {
		notes = append(notes, s.client.Notes()...)
	}
	return notes
}

// target returns what scores prompts, and what is to be said of how.
func (s *speaker) target(c *cli.Context, prompt string) (target *remote.Target, note string, err error) {
	answer := c.String("answer")
	if !c.IsSet("answer") {
		if answer, err = s.Answer(c.Context, prompt); err != nil {
			return nil, "", err
		}
	}
	if answer == "" {
		return nil, "", usage("the answer is empty").or("--answer TEXT says what it shall have answered")
	}
	way := c.String("score")
	if way == "auto" {
		way = "answer"
		if s.client != nil {
			mode, why, err := s.client.Probe(c.Context)
			if err != nil {
				return nil, "", err
			}
			if mode == remote.Answers {
				way, note = "chrf", "the server tells no log-probabilities, so answers were compared by chrF ("+why+")"
			}
		}
	}
	switch way {
	case "answer":
		return remote.Sequence(s.Speaker, answer), "", nil
	case "token":
		target, err = remote.Tokens(c.Context, s.Speaker, prompt, answer)
		return target, "", err
	}
	of, err := similarityOf(c, way)
	if err != nil {
		return nil, "", err
	}
	return remote.Similarity(s.Speaker, answer, remote.Measure{Name: way, Of: of}), note, nil
}

// preview tells what an explanation would take.
func (p *program) preview(c *cli.Context, s *speaker, o text.Options, prompt string) error {
	game, err := o.NewPromptGame(prompt, remote.Sequence(s.Speaker, " "))
	if err != nil {
		return badText(err)
	}
	_, most, err := chosen(c, game.Players())
	if err != nil {
		return err
	}
	const fit, before = 32, 3 // passes that measure the scores; the answer, and the probes
	passes := min(most+fit, 1<<min(game.Players(), 30)) + before
	told := fmt.Sprintf("at most %d passes", passes)
	if s.client != nil {
		told = s.client.Preview(prompt, c.String("answer"), passes).String()
	}
	_, err = fmt.Fprintf(p.stdout, "%d parts of the prompt, %s\n", game.Players(), told)
	return err
}

// paid tells what was asked of a server.
func (p *program) paid(c *cli.Context, s *speaker) {
	if s.client == nil || !c.Bool("verbose") {
		return
	}
	u := s.client.Usage()
	p.terminal.printf("%d requests, %d of them failed, %d answers known; %d tokens read and %d written", u.Requests, u.Failed, u.Cached, u.PromptTokens, u.AnswerTokens)
	if cost := s.client.Price.Cost(u); cost > 0 {
		p.terminal.printf("paid %.3g", cost)
	}
}

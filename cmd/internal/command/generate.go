package command

import (
	"context"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

const helpGenerate = `Goes on with a text as a language model would, and with --why tells which parts
of the prompt made it.

usage:
  explain generate [flags] --prompt TEXT

examples:
  explain generate --prompt "Once upon a time"
  explain generate --prompt "I enjoy walking with my cute dog" \
    --model openai-community/gpt2 --max-length 50 --samples 5 --temperature 0.7
  explain generate --prompt "The dog" --beams 4 --no-repeat 3 --format json
  explain generate --chat --prompt "Why is the sky blue?" \
    --model HuggingFaceTB/SmolLM2-135M-Instruct
  explain generate --prompt "Lily had a red ball. One day" --max-tokens 8 --why
  explain generate --template "{fact} Lily was" --set "fact=It rained." \
    --set "fact=Her ball was lost." --why --unit field --answer " sad"
`

func (p *program) generateCommand() *cli.Command {
	flags := slices.Concat(
		taskFlags("stories (built in), a Hugging Face folder, or org/name of the hub (default: stories)"),
		[]cli.Flag{
			truth(groupWhat, "chat", "the prompt is the user's message; a .json file has all"),
			words(groupWhat, "system", "TEXT", "with --chat: what the model is told first"),
		},
		promptFlags(), decodingFlags("tokens to write at most (default: 50)"),
		whyFlags(answerUnits...), writtenFlags(), whyFormats(), machineFlags(),
	)
	return p.command("generate", helpGenerate, flags, p.generate)
}

// A generation is a prompt and what a model made of it.
type generation struct {
	model  *model.Generator
	parts  *text.Prompt
	bare   bool // the prompt spells the tokens of the model's format
	prompt []int32
	lead   string // of the prompt, what is shown before the texts
	written
}

// generate goes on with a text.
func (p *program) generate(c *cli.Context) error {
	g, err := p.generated(c)
	if err != nil || !c.Bool("why") {
		return err
	}
	o, err := whyOptions(c, g.parts)
	if err != nil {
		return err
	}
	o.Bare = g.bare
	target, err := g.question(c.Context).target(c)
	if err != nil {
		return err
	}
	return p.why(c, o, g.model, g.parts.Text, target)
}

// question asks about the first of the texts.
func (g *generation) question(ctx context.Context) *question {
	whole := model.Sequence{IDs: g.prompt}
	q := &question{
		model: g.model,
		of:    func(text string) (*model.Continuation, error) { return g.model.ContinuationOf(g.parts.Text, text) },
		likely: func(most int) ([]model.Candidate, error) {
			return g.model.Likeliest(ctx, whole, nil, most)
		},
		changes: func() (*model.NextTarget, error) { return g.model.Change(ctx, nil, whole) },
		mute:    g.model.Tokenizer().IsSpecial,
	}
	if len(g.Texts) > 0 {
		q.answer = g.Texts[0].ids
	}
	return q
}

// generated goes on with a text, prints it, and returns what it is made of.
func (p *program) generated(c *cli.Context) (*generation, error) {
	if err := onlyOfWhy(c); err != nil {
		return nil, err
	}
	g, err := p.newGeneration(c)
	if err != nil || c.Bool("why") && c.String("answer") != "" {
		return g, err
	}
	const most = 50 // tokens, as in the article that everybody starts from
	d := decoding(c, most)
	w := p.newWriting(c, g.lead)
	if err := w.follow(&g.written, g.model.Stream(c.Context, g.prompt, d), d.Samples <= 1); err != nil {
		return nil, unlessEnded(err)
	}
	for _, t := range g.Texts {
		p.noteFinish(t.Finish, g.model.MaxTokens())
	}
	return g, nil
}

// newGeneration reads the prompt and loads the model.
func (p *program) newGeneration(c *cli.Context) (*generation, error) {
	if c.IsSet("system") && !c.Bool("chat") {
		return nil, usage("--system is for --chat")
	}
	parts, err := p.prompt(c)
	if err != nil {
		return nil, err
	}
	prompt := parts.Text
	begin := time.Now()
	m, err := openModel(c, "stories", model.LoadGenerator, model.NewGenerator)
	if err != nil {
		return nil, err
	}
	p.step(begin, "model %s, SIMD %s", m.Name(), model.SIMD())
	g := &generation{model: m, parts: parts, lead: prompt, written: written{Model: m.Name(), SHA256: m.SHA256(), Prompt: prompt}}
	if c.Bool("chat") {
		g.lead, g.bare = "", true
		if g.parts, err = p.chatPrompt(c, m, prompt); err == nil {
			g.prompt, err = m.Bare(g.parts.Text)
		}
		return g, unlessEnded(err)
	}
	g.prompt, err = m.Prompt(prompt)
	return g, unlessEnded(err)
}

// prompt returns the prompt: that of a template, or a text.
func (p *program) prompt(c *cli.Context) (*text.Prompt, error) {
	if parts, err := templatePrompt(c); parts != nil || err != nil {
		return parts, err
	}
	words, err := p.text(c)
	return &text.Prompt{Text: words}, err
}

package main

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/chat"
)

const helpGenerate = `Goes on with a text as a language model would.

usage:
  explain generate [flags] --prompt TEXT

examples:
  explain generate --prompt "Once upon a time"
  explain generate --prompt "I enjoy walking with my cute dog" \
    --model openai-community/gpt2 --max-length 50 --samples 5 --temperature 0.7
  explain generate --prompt "The dog" --beams 4 --no-repeat 3 --format json
  explain generate --chat --prompt "Why is the sky blue?" \
    --model HuggingFaceTB/SmolLM2-135M-Instruct
`

func (p *program) generateCommand() *cli.Command {
	flags := slices.Concat(
		taskFlags("stories (built in), a Hugging Face folder, or org/name of the hub (default: stories)"),
		[]cli.Flag{
			truth(groupWhat, "chat", "the prompt is the user's message; a .json file has all"),
			words(groupWhat, "system", "TEXT", "with --chat: what the model is told first"),
		},
		decodingFlags("tokens to write at most (default: 50)"), writingFlags(), machineFlags(),
	)
	return p.command("generate", helpGenerate, flags, p.generate)
}

// writingFlags say what is printed of what a model writes.
func writingFlags() []cli.Flag {
	return []cli.Flag{
		newChoice(groupOutput, "format", "FORMAT", "text or json", "text", "json"),
		words(groupOutput, "output", "FILE", "write there, a .json in that format"),
	}
}

// A generation is a prompt and what a model made of it.
type generation struct {
	model  *model.Generator
	prompt []int32
	lead   string // of the prompt, what is shown before the texts
	written
}

// generate goes on with a text.
func (p *program) generate(c *cli.Context) error {
	_, err := p.generated(c)
	return err
}

// generated goes on with a text, prints it, and returns what it is made of.
func (p *program) generated(c *cli.Context) (*generation, error) {
	g, err := p.newGeneration(c)
	if err != nil {
		return nil, err
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
	prompt, err := p.text(c)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	m, err := openModel(c, "stories", model.LoadGenerator, model.NewGenerator)
	if err != nil {
		return nil, err
	}
	p.step(c, begin, "model %s, SIMD %s", m.Name(), model.SIMD())
	g := &generation{model: m, lead: prompt, written: written{Model: m.Name(), SHA256: m.SHA256(), Prompt: prompt}}
	if c.Bool("chat") {
		g.lead = ""
		messages, err := messages(c, prompt)
		if err != nil {
			return nil, err
		}
		g.prompt, err = m.Chat(messages, time.Now())
		return g, unlessEnded(err)
	}
	g.prompt, err = m.Prompt(prompt)
	return g, unlessEnded(err)
}

// messages returns a conversation: that of a file of JSON, or the user's prompt.
func messages(c *cli.Context, prompt string) ([]chat.Message, error) {
	var list []chat.Message
	if system := c.String("system"); system != "" {
		list = append(list, chat.Message{Role: "system", Content: system})
	}
	if extensionOf(c.String("file")) != ".json" {
		return append(list, chat.Message{Role: "user", Content: prompt}), nil
	}
	var more []chat.Message
	if err := json.Unmarshal([]byte(prompt), &more); err != nil {
		return nil, usage("%s: %w", c.String("file"), err).or(`a conversation is [{"role": "user", "content": "…"}, …]`)
	}
	return append(list, more...), nil
}

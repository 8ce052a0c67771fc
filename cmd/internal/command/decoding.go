package command

import (
	"fmt"
	"math"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/model"
)

// groupAnswer is the group of flags that say how a model answers, whose answer
// is then explained.
const groupAnswer = "how the model answers"

// decodingFlags say how a model writes.
func decodingFlags(tokens string) []cli.Flag {
	return []cli.Flag{
		number(groupAnswer, "max-tokens", tokens),
		number(groupAnswer, "max-length", "tokens at most, those of the prompt included"),
		number(groupAnswer, "min-tokens", "tokens before the text may end"),
		several(groupAnswer, "stop", "TEXT", "ends with this; may be given several times"),
		number(groupAnswer, "samples", "texts to write (default: 1)"),
		real("temperature", "draw tokens, from 0 for the likeliest to 1 for as they are"),
		number(groupAnswer, "top-k", "draw from so many of the likeliest tokens; 0: all (default: 50)"),
		real("top-p", "draw from the likeliest tokens of this probability together"),
		real("min-p", "draw from tokens with this share of the likeliest one's"),
		real("repetition-penalty", "make what has occurred less likely by this factor"),
		number(groupAnswer, "no-repeat", "never write the same N tokens in a row twice"),
		number(groupAnswer, "beams", "search for the likeliest text along so many"),
		real("length-penalty", "of a search: above 0 long texts gain (default: 1)"),
		newChoice(groupAnswer, "early-stopping", "WHEN", "a search ends: default, true, false or never", "default", "true", "false", "never"),
		&cli.Uint64Flag{Name: "seed", Category: groupAnswer, Usage: "`N` of all random choices", Value: 1, EnvVars: environment("seed")},
	}
}

// real returns a flag of an answer for a number.
func real(name, use string) *cli.Float64Flag {
	return &cli.Float64Flag{
		Name: name, Category: groupAnswer, Usage: "`X` " + use, EnvVars: environment(name),
		Action: func(_ *cli.Context, x float64) error {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return usage("--%s %v is no number", name, x)
			}
			return nil
		},
	}
}

// decoding reads the flags of writing. What they leave open is as the
// checkpoint says, but for the length: tokens at most.
func decoding(c *cli.Context, tokens int) model.Decoding {
	d := model.Decoding{
		MaxTokens: c.Int("max-tokens"), MaxLength: c.Int("max-length"), MinTokens: c.Int("min-tokens"), Stop: c.StringSlice("stop"),
		Temperature: c.Float64("temperature"), TopK: c.Int("top-k"), TopP: c.Float64("top-p"), MinP: c.Float64("min-p"),
		RepetitionPenalty: c.Float64("repetition-penalty"), NoRepeat: c.Int("no-repeat"),
		Samples: c.Int("samples"), Beams: c.Int("beams"), Seed: c.Uint64("seed"),
	}
	if d.MaxTokens == 0 && d.MaxLength == 0 {
		d.MaxTokens = tokens
	}
	zero := func(name string) bool { return c.IsSet(name) && c.Float64(name) == 0 }
	if zero("temperature") {
		d.Choice = model.Greedy
	}
	if zero("top-p") {
		d.TopP = math.SmallestNonzeroFloat64
	}
	if zero("min-p") {
		d.MinP = -1
	}
	if c.IsSet("top-k") && d.TopK == 0 {
		d.TopK = -1
	}
	if c.IsSet("no-repeat") && d.NoRepeat == 0 {
		d.NoRepeat = -1
	}
	if c.IsSet("length-penalty") {
		d.LengthPenalty = new(c.Float64("length-penalty"))
	}
	d.EarlyStopping = map[string]model.EarlyStopping{
		"true": model.StopAtOnce, "false": model.StopUnlikely, "never": model.StopNever,
	}[c.String("early-stopping")]
	return d
}

// noteFinish tells of a text that ends for want of room.
func (p *program) noteFinish(finish model.Finish, tokens int) {
	if finish == model.FinishContext {
		p.terminal.printf("note: the text ends where the model reads no more than %s", counted(tokens, "token"))
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

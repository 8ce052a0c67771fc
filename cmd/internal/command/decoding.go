package command

import (
	"fmt"
	"math"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
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
		newChoice(groupAnswer, "early-stopping", "WHEN", "a search ends: "+list(request.EarlyStops()), request.EarlyStops()...),
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

// noteFinish tells of a text that ends for want of room.
func (p *program) noteFinish(finish string, tokens int) {
	if finish == "context" {
		p.terminal.printf("note: the text ends where the model reads no more than %s", counted(tokens, "token"))
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

package flags

import (
	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// Writing returns the flags that say how a model answers a task.
func Writing(task request.Task) []cli.Flag {
	switch task {
	case request.Generate:
		return decoding("tokens to write at most (default: 50)")
	case request.Translate:
		return decoding("tokens to write at most (default: 200)")
	case request.Answer:
		return []cli.Flag{
			Answer.Count("answers", "answers to tell (default: 1)"),
			Answer.Count("max-tokens", "tokens of an answer at most (default: 15)"),
			Answer.Bool("no-answer", "the answer may be that there is none"),
			Answer.Count("window", "tokens read at a time (default: 384)"),
			Answer.Count("stride", "tokens that windows share (default: 128)"),
		}
	case request.Tag:
		return []cli.Flag{
			Answer.Choice("aggregation", "WAY", "of tokens to parts: "+listed(request.Aggregations()), request.Aggregations()...),
			Answer.Count("stride", "tokens that windows of a long text share"),
		}
	case request.Fill:
		return []cli.Flag{
			Answer.Count("words", "to tell of each mask (default: 5)"),
			Answer.Text("among", "WORDS", "these words only, with commas between them"),
		}
	case request.Ask:
		return []cli.Flag{
			What.Text("answer", "TEXT", "what it shall have answered (default: what it answers)"),
			What.Count("max-tokens", "of an answer at most (default: 64)"),
		}
	}
	return nil
}

// decoding are the flags of a model that writes, tokens being the use of --max-tokens.
func decoding(tokens string) []cli.Flag {
	return []cli.Flag{
		Answer.Count("max-tokens", tokens),
		Answer.Count("max-length", "tokens at most, those of the prompt included"),
		Answer.Count("min-tokens", "tokens before the text may end"),
		Answer.Texts("stop", "TEXT", "ends with this; may be given several times"),
		Answer.Count("samples", "texts to write (default: 1)"),
		Answer.Number("temperature", "draw tokens, from 0 for the likeliest to 1 for as they are"),
		Answer.Count("top-k", "draw from so many of the likeliest tokens; 0: all (default: 50)"),
		Answer.Number("top-p", "draw from the likeliest tokens of this probability together"),
		Answer.Number("min-p", "draw from tokens with this share of the likeliest one's"),
		Answer.Number("repetition-penalty", "make what has occurred less likely by this factor"),
		Answer.Count("no-repeat", "never write the same N tokens in a row twice"),
		Answer.Count("beams", "search for the likeliest text along so many"),
		Answer.Number("length-penalty", "of a search: above 0 long texts gain (default: 1)"),
		Answer.Choice("early-stopping", "WHEN", "a search ends: "+listed(request.EarlyStops()), request.EarlyStops()...),
		Answer.Seed(),
	}
}

func setWriting(c *cli.Context, w *request.Writing) {
	set(c, "max-tokens", c.Int, &w.MaxTokens)
	set(c, "max-length", c.Int, &w.MaxLength)
	set(c, "min-tokens", c.Int, &w.MinTokens)
	set(c, "stop", c.StringSlice, &w.Stop)
	set(c, "samples", c.Int, &w.Samples)
	setPointer(c, "temperature", c.Float64, &w.Temperature)
	setPointer(c, "top-k", c.Int, &w.TopK)
	setPointer(c, "top-p", c.Float64, &w.TopP)
	setPointer(c, "min-p", c.Float64, &w.MinP)
	set(c, "repetition-penalty", c.Float64, &w.RepetitionPenalty)
	setPointer(c, "no-repeat", c.Int, &w.NoRepeat)
	set(c, "beams", c.Int, &w.Beams)
	setPointer(c, "length-penalty", c.Float64, &w.LengthPenalty)
	set(c, "early-stopping", c.String, &w.EarlyStopping)
	set(c, "answers", c.Int, &w.Answers)
	set(c, "no-answer", c.Bool, &w.NoAnswer)
	set(c, "window", c.Int, &w.Window)
	set(c, "stride", c.Int, &w.Stride)
	set(c, "aggregation", c.String, &w.Aggregation)
	set(c, "words", c.Int, &w.Words)
	set(c, "among", c.String, &w.Among)
}

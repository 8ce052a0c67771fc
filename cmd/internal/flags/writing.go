package flags

import (
	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// writing returns the flags that say how a model answers a task.
func writing(task request.Task) []cli.Flag {
	switch task {
	case request.Generate:
		return decoding("maximum new tokens (default: 50)")
	case request.Translate:
		return decoding("maximum new tokens (default: 200)")
	case request.Answer:
		return []cli.Flag{
			Answer.Count("answers", "number of answers (default: 1)"),
			Answer.Count("max-tokens", "maximum tokens of an answer (default: 15)"),
			Answer.Bool("no-answer", "allow that the text has no answer"),
			Answer.Count("window", "maximum tokens of a window of a long text (default: 384)"),
			Answer.Count("stride", "number of tokens by which windows overlap (default: 128)"),
		}
	case request.Tag:
		return []cli.Flag{
			Answer.Choice("aggregation", "WAY", "how tokens are joined to labeled parts", request.Aggregations()...),
			Answer.Count("stride", "number of tokens by which windows of a long text overlap"),
		}
	case request.Fill:
		return []cli.Flag{
			Answer.Count("words", "number of words for each mask (default: 5)"),
			Answer.Text("among", "WORDS", "only these words, separated by commas"),
		}
	case request.Ask:
		return []cli.Flag{
			What.Text("answer", "TEXT", "the answer to explain (default: what the model answers)"),
			What.Count("max-tokens", "maximum new tokens of an answer (default: 64)"),
		}
	}
	return nil
}

// decoding are the flags of a model that writes, tokens being the use of --max-tokens.
// Defaults in help are for a checkpoint that says nothing: its
// generation_config.json comes before them.
func decoding(tokens string) []cli.Flag {
	return []cli.Flag{
		Answer.Count("max-tokens", tokens),
		Answer.Count("max-length", "maximum tokens, those of the prompt included"),
		Answer.Count("min-tokens", "minimum new tokens"),
		Answer.Texts("stop", "TEXT", "a text that ends the answer; may be given several times"),
		Answer.Count("samples", "number of texts to write (default: 1)"),
		Answer.Number("temperature", "temperature of sampling; 0 takes the most probable token"),
		Answer.Count("top-k", "sample from the N most probable tokens; 0 for all (default: 50)"),
		Answer.Number("top-p", "sample from the most probable tokens whose probabilities add up to X"),
		Answer.Number("min-p", "sample from tokens of at least X times the highest probability"),
		Answer.Number("repetition-penalty", "penalty for tokens that have occurred already; 1 for none"),
		Answer.Count("no-repeat", "size of n-grams that may occur only once"),
		Answer.Count("beams", "number of beams of a beam search"),
		Answer.Number("length-penalty", "exponent of the length in a beam search; above 0 favors longer texts (default: 1)"),
		Answer.Choice("early-stopping", "WHEN", "when a beam search ends, as in transformers", request.EarlyStops()...),
		Answer.Seed(),
	}
}

// Zero is a setting of its own where there are pointers: a temperature of 0 is
// greedy decoding, and none given is what the checkpoint says.
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

package flags

import (
	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// target returns the flags that say what of a task's answer is explained.
func target(task request.Task) []cli.Flag {
	switch task {
	case request.Generate:
		return written()
	case request.Translate:
		return append(written(), How.Count("written", "number of leading tokens of the answer that are players too, beside those of the text"))
	case request.Tag:
		return []cli.Flag{How.Text("part", "TEXT", "the labeled part to explain (default: the most probable)")}
	case request.Fill:
		return []cli.Flag{How.Text("part", "WORD", "the word to explain (default: the most probable one for the first mask)")}
	case request.Ask:
		return []cli.Flag{
			What.Choice("score", "WAY", "how answers are scored: by the log-likelihood of the answer or of each token, or by similarity to the answer to the whole prompt", request.Scorings()...),
			What.Text("encoder", "NAME", "the text embedding model of --score cosine: a folder, or org/name on the hub (default: built in)"),
		}
	case request.Classify:
		return []cli.Flag{
			What.Text("class", "NAME", "the class to explain, or all (default: the predicted one)"),
			What.Choice("scale", "SCALE", "scale of the model's output", request.Scales()...),
		}
	}
	return nil
}

// written are the flags of what is explained of a text that the model writes.
func written() []cli.Flag {
	return []cli.Flag{
		How.Choice("explain", "WHAT", "what of the answer: each of its tokens, its log-likelihood, its log-odds or probability, the next token, or how the distribution of that changes", request.Views()...),
		How.Text("part", "TEXT", "the part of the answer to explain (default: all)"),
		How.Text("answer", "TEXT", "the answer to explain, instead of the model's own"),
		How.Text("against", "TEXT", "explain why the model gives its answer and not this one"),
	}
}

// Names that no request of the task has, as --class of a translation, are no flags
// of its command.
func setTarget(c *cli.Context, t *request.Target) {
	set(c, "class", c.String, &t.Class)
	set(c, "scale", c.String, &t.Scale)
	set(c, "explain", c.String, &t.Explain)
	set(c, "answer", c.String, &t.Answer)
	set(c, "against", c.String, &t.Against)
	set(c, "part", c.String, &t.Part)
	set(c, "written", c.Int, &t.Written)
	set(c, "score", c.String, &t.Score)
	set(c, "encoder", c.String, &t.Encoder)
}

package flags

import (
	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// Target returns the flags that say what of a task's answer is explained.
func Target(task request.Task) []cli.Flag {
	switch task {
	case request.Generate:
		return written()
	case request.Translate:
		return append(written(), How.Count("written", "tokens of the answer, the first, that are players beside the text"))
	case request.Tag:
		return []cli.Flag{How.Text("part", "TEXT", "the labeled part that is explained (default: the surest)")}
	case request.Fill:
		return []cli.Flag{How.Text("part", "WORD", "the word that is explained (default: the likeliest for the first mask)")}
	case request.Ask:
		return []cli.Flag{
			What.Choice("score", "WAY", "by the answer's likelihood, its tokens', or its similarity: auto, answer, token, exact, chrf, chrf++, bleu, cosine", request.Scorings()...),
			What.Text("encoder", "NAME", "of texts for --score cosine, a folder or of the hub (default: built in)"),
		}
	}
	return []cli.Flag{
		What.Text("class", "NAME", "the class, or all (default: the predicted one)"),
		What.Choice("scale", "SCALE", "log-odds, probability or logit", request.Scales()...),
	}
}

// written are the flags of what is explained of a text that the model writes.
func written() []cli.Flag {
	return []cli.Flag{
		How.Choice("explain", "WHAT", "each of the answer's tokens, the whole answer, its log-odds or probability, the next token, or the change of it: "+listed(request.Views()), request.Views()...),
		How.Text("part", "TEXT", "the part of the answer that is explained (default: all)"),
		How.Text("answer", "TEXT", "explain this answer instead of the model's own"),
		How.Text("against", "TEXT", "why the answer and not this one"),
	}
}

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

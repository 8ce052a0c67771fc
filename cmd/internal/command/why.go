package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// whyFlags say whether an answer is explained, and how. The random choices are
// those of --seed, which a command may have for its answer already.
func whyFlags(units ...string) []cli.Flag {
	flags := []cli.Flag{
		truth(groupHow, "why", "explain the answer: which parts of the text made it"),
		newChoice(groupHow, "unit", "UNIT", list(units), units...),
		words(groupHow, "mask", "MASK", "replace, collapse, drop, hide or delete (default: the model's mask, or drop)"),
	}
	return append(flags, slices.DeleteFunc(methodFlags(), func(f cli.Flag) bool { return f.Names()[0] == "seed" })...)
}

// answerUnits are the units of texts that are not all about one sentence.
var answerUnits = []string{"word", "subword", "sentence", "paragraph", "item", "field", "character"}

// whyFormats say how an answer is printed, and with --why its explanation; more
// are other formats of answers.
func whyFormats(more ...string) []cli.Flag {
	formats := append([]string{"text"}, more...)
	return pictured(outputFlags(append(formats, "waterfall", "heatmap", "json", "csv", "markdown", "html", "svg", "png")...))
}

// keepsPlaces refuses maskers that move the tokens behind them, where the
// explanation is about a place in the text.
func keepsPlaces(o text.Options) error {
	if _, ok := o.Masker.(text.Replace); o.Masker == nil || ok {
		return nil
	}
	return usage("--mask %s moves or hides what the answer stands at", o.Masker).or("--mask replace leaves it where it is")
}

// placeOptions is whyOptions for explanations that are about a place in the text.
func placeOptions(c *cli.Context, prompt *text.Prompt) (text.Options, error) {
	o, err := whyOptions(c, prompt)
	if err == nil {
		err = keepsPlaces(o)
	}
	return o, err
}

// onlyOfWhy refuses formats of explanations where none is made, and what none
// can be made with before the model is at work.
func onlyOfWhy(c *cli.Context) error {
	o := newOutput(c)
	if mask := c.String("mask"); mask != "" {
		if _, err := text.ParseMasker(mask); err != nil {
			return &usageError{err: err}
		}
	}
	if c.Bool("why") || slices.Contains([]string{"text", "table", "json"}, o.format) {
		return nil
	}
	return usage("--format %s is of an explanation", o.format).or("--why explains the answer")
}

// answersShown reports whether an answer is printed before its explanation, or
// there is none.
func answersShown(c *cli.Context) bool {
	return !c.Bool("why") || slices.Contains([]string{"text", "table"}, newOutput(c).format) && c.String("output") == ""
}

// promptFlags say which parts a prompt has.
func promptFlags() []cli.Flag {
	return []cli.Flag{
		words(groupWhat, "template", "TEXT", `a prompt with {fields}, or a file: "Facts: {fact} Answer:"`),
		several(groupWhat, "set", "FIELD=TEXT", "of the template, or FIELD=@FILE; may be given several times"),
		several(groupWhat, "keep", "FIELD", "that --why never masks; may be given several times"),
	}
}

// templatePrompt returns the prompt that --template and --set make, nil where
// there is none.
func templatePrompt(c *cli.Context) (*text.Prompt, error) {
	template := c.String("template")
	if template == "" {
		if c.IsSet("set") {
			return nil, usage("--set without a template").or(`--template "Facts: {fact} Answer:" has the fields`)
		}
		return nil, nil
	}
	if c.IsSet("prompt") || c.String("file") != "" {
		return nil, usage("--template makes the prompt: neither --prompt nor --file goes with it")
	}
	if !strings.Contains(template, "{") {
		data, err := fileText(c, template)
		if err != nil {
			return nil, err
		}
		template = data
	}
	values, err := fieldValues(c)
	if err != nil {
		return nil, err
	}
	if err := recordTemplate(c, template, values); err != nil {
		return nil, err
	}
	p, err := text.Template(template).Fill(values)
	if err != nil {
		return nil, &usageError{err: err}
	}
	return p, nil
}

// fieldValues reads the fields that --set gives: texts, those of files, or behind
// "@@" texts that begin with "@".
func fieldValues(c *cli.Context) ([]text.Value, error) {
	var values []text.Value
	for _, set := range c.StringSlice("set") {
		field, value, ok := strings.Cut(set, "=")
		if !ok {
			return nil, usage("--set %q is not FIELD=TEXT", set)
		}
		if behind, ok := strings.CutPrefix(value, "@"); ok && strings.HasPrefix(behind, "@") {
			value = behind
		} else if ok {
			data, err := fileText(c, behind)
			if err != nil {
				return nil, err
			}
			value = data
		}
		values = append(values, text.Value{Field: field, Text: value})
	}
	return values, nil
}

// recordTemplate puts texts in the place of the files that the flags name, so that
// an explanation records what was read, and can be made again without the files.
func recordTemplate(c *cli.Context, template string, values []text.Value) error {
	var sets []string
	for _, v := range values {
		if strings.HasPrefix(v.Text, "@") {
			v.Text = "@" + v.Text
		}
		sets = append(sets, v.Field+"="+v.Text)
	}
	if err := c.Set("template", template); err != nil || len(sets) == 0 {
		return err
	}
	return c.Set("set", cli.NewStringSlice(sets...).Serialize())
}

// fileText returns the text of a file, without the line end that files have.
func fileText(c *cli.Context, name string) (string, error) {
	data, err := readFile(c.Context, name)
	return strings.TrimSuffix(strings.TrimSuffix(data, "\n"), "\r"), err
}

// whyOptions reads the flags that make a game of a prompt: all of it, or its
// fields, where it has some.
func whyOptions(c *cli.Context, prompt *text.Prompt) (o text.Options, err error) {
	if mask := c.String("mask"); mask != "" {
		if o.Masker, err = text.ParseMasker(mask); err != nil {
			return o, &usageError{err: err}
		}
	}
	unit := c.String("unit")
	switch {
	case unit == "field" && len(prompt.Fields) == 0:
		return o, usage("--unit field: the prompt has no fields").or("--template has some, and so have the messages of --chat")
	case unit == "field":
		o, err = prompt.Whole(o, c.StringSlice("keep")...)
	default:
		o.Unit, err = text.ParseUnit(unit)
		if err == nil && (len(prompt.Fields) > 0 || c.IsSet("keep")) {
			o.Keep, err = prompt.Keep(c.StringSlice("keep")...)
		}
	}
	if err != nil {
		return o, &usageError{err: err}
	}
	return o, nil
}

// why explains what a model makes of a text, and prints that.
func (p *program) why(c *cli.Context, o text.Options, m text.Model, words string, target text.Scorer) error {
	game, err := o.NewGame(m, words, target)
	if err != nil {
		return badText(err)
	}
	x, err := p.estimate(c, game, false)
	out := newOutput(c)
	if out.format == "text" || out.format == "table" {
		if out.format = "table"; out.file == "" {
			fmt.Fprintln(p.stdout)
		}
	}
	return p.finish(out, x, err)
}

// writtenFlags say what of a written answer is explained.
func writtenFlags() []cli.Flag {
	return []cli.Flag{
		newChoice(groupHow, "explain", "WHAT", "each of the answer's tokens, the whole answer, its log-odds or probability, the next token, or the change of it: tokens, answer, log-odds, probability, next or change",
			"tokens", "answer", "log-odds", "probability", "next", "change"),
		words(groupHow, "part", "TEXT", "the part of the answer that is explained (default: all)"),
		words(groupHow, "answer", "TEXT", "explain this answer instead of the model's own"),
		words(groupHow, "against", "TEXT", "why the answer and not this one"),
	}
}

// A writer is a model that writes: a Generator or a Translator.
type writer interface {
	Continuation(ids []int32) (*model.Continuation, error)
	NextTokens(before, ids []int32) (*model.NextTarget, error)
}

// A question is what is asked about a written answer.
type question struct {
	model   writer
	answer  []int32
	of      func(text string) (*model.Continuation, error) // a text as a continuation
	likely  func(most int) ([]model.Candidate, error)      // the first tokens of answers
	changes func() (*model.NextTarget, error)              // of the first token
	mute    func(id int32) bool                            // whether a token is none that reads
}

// target returns what the flags want explained of an answer.
func (q *question) target(c *cli.Context) (text.Scorer, error) {
	answer, err := q.continuation(c)
	if err != nil {
		return nil, err
	}
	what := c.String("explain")
	if against := c.String("against"); against != "" {
		if c.IsSet("explain") && what != "answer" {
			return nil, usage("--against explains the whole answer: --explain %s does not go with it", what)
		}
		other, err := q.of(against)
		if err != nil {
			return nil, unlessEnded(err)
		}
		return answer.Against(other), nil
	}
	switch what {
	case "answer":
		return answer.LogProb(), nil
	case "log-odds":
		return answer.LogOdds(), nil
	case "probability":
		return answer.Probability(), nil
	case "next":
		const most = 5
		best, err := q.likely(most)
		if err != nil {
			return nil, unlessEnded(err)
		}
		var ids []int32
		for _, b := range best {
			ids = append(ids, b.ID)
		}
		return q.model.NextTokens(nil, ids)
	case "change":
		return q.changes()
	}
	return answer.LogProbs(), nil
}

// said returns the answer without the tokens around it that do not read.
func (q *question) said() (*model.Continuation, error) {
	lo, hi := 0, len(q.answer)
	for hi > 0 && q.mute(q.answer[hi-1]) {
		hi--
	}
	for lo < hi && q.mute(q.answer[lo]) {
		lo++
	}
	if lo == hi {
		return nil, usage("the model wrote nothing to explain").or("--answer TEXT says what it might have written")
	}
	answer, err := q.model.Continuation(q.answer[:hi])
	if err != nil {
		return nil, err
	}
	return answer.Part(lo, hi), nil
}

// continuation returns the answer, or the part of it that the flags name.
func (q *question) continuation(c *cli.Context) (*model.Continuation, error) {
	var answer *model.Continuation
	var err error
	if given := c.String("answer"); given != "" {
		answer, err = q.of(given)
	} else {
		answer, err = q.said()
	}
	if err != nil {
		return nil, unlessEnded(err)
	}
	part := c.String("part")
	if part == "" {
		return answer, nil
	}
	whole := strings.Join(answer.Pieces(), "")
	start := strings.Index(whole, part)
	if start < 0 {
		return nil, usage("--part %q is not in the answer %q", part, whole)
	}
	at, lo, hi := 0, -1, 0
	for i, piece := range answer.Pieces() {
		if at < start+len(part) && at+len(piece) > start {
			if lo < 0 {
				lo = i
			}
			hi = i + 1
		}
		at += len(piece)
	}
	return answer.Part(lo, hi), nil
}

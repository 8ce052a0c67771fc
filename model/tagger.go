package model

import (
	"context"
	"fmt"
	"slices"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/decode"
)

// A Tagger gives every token a label: names of people and places, parts of
// speech. It is safe for concurrent use.
type Tagger struct{ facts }

// NewTagger builds a tagger from the files of its checkpoint. It keeps what
// files refers to, which must not change.
func NewTagger(files Checkpoint, o Options) (*Tagger, error) {
	l, err := loadModel(files, architecture.TokenClasses, o)
	if err != nil {
		return nil, err
	}
	return &Tagger{facts{m: l}}, nil
}

// TagOptions are choices about tagging.
type TagOptions struct {
	// Aggregation is how tokens become entities, by the names that transformers
	// has for it: "simple", which it is if it is empty, joins neighboring tokens
	// of the same label; "none" leaves every token by itself; "first" gives a word
	// the label of its first token, "average" the one that is likeliest on
	// average, "max" that of its surest token, and then they join.
	Aggregation string
	// Stride is how many tokens consecutive windows of a long text share; 0
	// means a quarter of what the model reads.
	Stride int
}

// Tag returns the entities of a text, in order. A text that is too long for the
// model is read in windows.
func (t *Tagger) Tag(ctx context.Context, text string, o TagOptions) ([]Entity, error) {
	if o.Aggregation == "" {
		o.Aggregation = "simple"
	}
	if !slices.Contains([]string{"simple", "none", "first", "average", "max"}, o.Aggregation) {
		return nil, fmt.Errorf("model: tag: aggregation %q is not simple, none, first, average or max", o.Aggregation)
	}
	if o.Stride < 0 {
		return nil, fmt.Errorf("model: tag: the stride is %d, which is negative", o.Stride)
	}
	if o.Stride == 0 {
		o.Stride = t.m.maxTokens / 4
	}
	e, err := t.m.tokenizer.Encode(text)
	if err != nil {
		return nil, err
	}
	all, err := windows(e, 0, t.m.maxTokens, o.Stride)
	if err != nil {
		return nil, fmt.Errorf("model: tag: %w", err)
	}
	seqs := make([]Sequence, len(all))
	for i := range all {
		seqs[i] = all[i].sequence()
	}
	logits, err := t.Logits(ctx, seqs)
	if err != nil {
		return nil, err
	}
	var found []Entity
	for i := range all {
		found = append(found, t.entities(text, t.labeled(text, &all[i], logits[i]), o.Aggregation)...)
	}
	if len(all) > 1 {
		found = withoutOverlap(found)
	}
	return found, nil
}

// Logits returns the logits of every sequence, a row of the labels for each of
// its tokens. A hidden token has minus infinity.
func (t *Tagger) Logits(ctx context.Context, seqs []Sequence) ([][]float32, error) {
	n := len(t.m.labels)
	logits := make([][]float32, len(seqs))
	for i, s := range seqs {
		logits[i] = filled(len(s.IDs)*n, decode.MinusInf)
	}
	err := t.m.each(ctx, seqs, everyToken, func(i, at int, row []float32) { copy(logits[i][at*n:], row) })
	return logits, err
}

// Label returns the target of the log-odds that a token of a sequence of so many
// has one of a few labels, such as B-PER and I-PER, and none of the others.
func (t *Tagger) Label(length, token int, name string, labels ...string) *Target {
	in := make([]bool, len(t.m.labels))
	var err error
	for _, label := range labels {
		id := slices.Index(t.m.labels, label)
		if id < 0 {
			err = fmt.Errorf("model: no label %q, there are: %q", label, t.m.labels)
			continue
		}
		in[id] = true
	}
	target := t.m.place(length, token, name, "log-odds", func(row []float32) float64 {
		var yes, no []float32
		for id, v := range row {
			if in[id] {
				yes = append(yes, v)
			} else {
				no = append(no, v)
			}
		}
		return decode.LogSumExp(yes, -1) - decode.LogSumExp(no, -1)
	})
	if err == nil && (!slices.Contains(in, true) || !slices.Contains(in, false)) {
		err = fmt.Errorf("model: %d of %d labels have no odds", len(labels), len(in))
	}
	if target.err == nil {
		target.err = err
	}
	return target
}

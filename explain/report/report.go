package report

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// Options are the choices in making a report. The zero value is right for most.
type Options struct {
	Seed     uint64 // of the sample, the clusters and what is held out
	Sample   int    // rows for clusters, representative texts and distilled models; 4096 where zero
	Words    int    // words counted at a time, each in each class; 65536 where zero
	Clusters int    // 6 where zero
	Texts    int    // representative texts, and errors listed; 8 where zero
	Depth    int    // of the decision tree; 4 where zero
	Terms    int    // words of the linear model; 20 where zero
}

// defaults are not those of a flag: a library's caller leaves fields at zero, too.
func (o Options) defaults() Options {
	for _, d := range []struct {
		field *int
		value int
	}{{&o.Sample, 4096}, {&o.Words, 1 << 16}, {&o.Clusters, 6}, {&o.Texts, 8}, {&o.Depth, 4}, {&o.Terms, 20}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return o
}

// A Report is what the explanations of a corpus come to.
type Report struct {
	Rows     int       `json:"rows"`    // explained
	Sampled  int       `json:"sampled"` // of them, those that clusters, texts and distilled models rest on
	Index    string    `json:"index"`
	Scale    string    `json:"scale"`
	Classes  []Class   `json:"classes"`
	Words    []Word    `json:"words"`  // most texts times mean |score| first
	Missed   int       `json:"missed"` // a word may have been in so many more texts than it says, or be missing
	Labels   Labels    `json:"labels"`
	Clusters []Cluster `json:"clusters,omitempty"`
	Texts    []Text    `json:"texts"`          // in the order of their choice, each shows most that those before do not
	Tree     *Tree     `json:"tree,omitempty"` // nil where the model tells no classes, or no word tells them apart
	Linear   []Linear  `json:"linear,omitempty"`
	Warnings []string  `json:"warnings,omitempty"`
}

// A Class is a class that the model chose.
type Class struct {
	Name string `json:"name"`
	Rows int    `json:"rows"` // it was chosen for
}

// A Text is a document with the words that moved the model most.
type Text struct {
	Row         int64            `json:"row"`
	ID          string           `json:"id,omitempty"`
	Text        string           `json:"text,omitempty"` // empty where rows have none
	Label       string           `json:"label,omitempty"`
	Prediction  string           `json:"prediction,omitempty"`
	Probability jsonfloat.Number `json:"probability,omitempty"` // of the prediction; 0 where the model tells none
	Words       []Score          `json:"words"`                 // strongest first

	Explanation *explain.Explanation `json:"-"`
	Output      int                  `json:"-"` // of the explanation: the class that was chosen
}

// A Score is the attribution of a word to the class that was chosen.
type Score struct {
	Word  string           `json:"word"`
	Score jsonfloat.Number `json:"score"`
}

// Of makes a report of rows. It fails where they do, where there are none, or
// where they are of different indices or scales; an error may be that of ctx.
// Rows are read once: words and labels are counted on the way, and what needs many
// rows at a time goes by the sample when all have been.
func Of(ctx context.Context, rows iter.Seq2[*corpus.Row, error], o Options) (*Report, error) {
	o = o.defaults()
	r := &Report{}
	words, sample, labels := newTally(o.Words), newSample(o.Sample, o.Seed), newLabels(o)
	classes := map[string]int{}
	for row, err := range rows {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		if r.Rows++; r.Rows == 1 {
			r.Index, r.Scale = row.Index, row.Scale
		}
		// Scores of different indices or units must not be averaged.
		if row.Index != r.Index || row.Scale != r.Scale {
			return nil, fmt.Errorf("report: row %d has %s in %s, those before %s in %s", row.Row, row.Index, row.Scale, r.Index, r.Scale)
		}
		d := digest(row)
		classes[row.Prediction]++
		words.addAll(d)
		labels.add(d)
		sample.add(d)
	}
	if r.Rows == 0 {
		return nil, fmt.Errorf("report: no rows")
	}
	for name, n := range classes {
		// Rows of a model that chooses nothing have no class.
		if name != "" {
			r.Classes = append(r.Classes, Class{name, n})
		}
	}
	slices.SortFunc(r.Classes, func(a, b Class) int { return byCount(b.Rows-a.Rows, a.Name, b.Name) })
	r.Words, r.Missed = words.words(), words.missed
	// Last, since it says beside each word of the errors what the word does in all
	// texts.
	r.Labels = labels.finish(words)
	if n := r.Labels.Unknown; n > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d labels are no class of the model, such as %q: their rows count as unlabeled", n, r.Labels.unknown))
	}
	if sample.report(ctx, r, o); ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return r, nil
}

// byCount orders by a difference, and where there is none by names.
func byCount(difference int, a, b string) int {
	if difference != 0 {
		return difference
	}
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

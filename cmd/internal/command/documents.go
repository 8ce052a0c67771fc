package command

import (
	"context"
	"errors"
	"strconv"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/text"
)

// A documentExplainer explains documents, several at a time.
type documentExplainer struct{ *request.Classification }

// newDocumentExplainer opens the model of a request. It is asked for documents
// together that are explained at the same time.
func newDocumentExplainer(ctx context.Context, r request.Request, models *request.Models) (*documentExplainer, error) {
	task, err := r.Classification(ctx, models)
	if err != nil {
		return nil, flags.Faults(err)
	}
	task.Share = (&text.Batcher{}).Share
	return &documentExplainer{task}, nil
}

// settings are what the rows depend on beside the corpus.
// What changes no row, as the number of threads or of shards, is not among them:
// such a part is not made again. The version is, since another may compute other
// bits.
func (e *documentExplainer) settings(f corpusFlags) map[string]string {
	version, asked := recorded(e.Request)
	all := map[string]string{}
	for _, fact := range render.RequestFacts(asked) {
		all[fact.Name] = fact.Value
	}
	for name, value := range map[string]string{
		"version":      version,
		"model":        e.Model.Name(),
		"model-sha256": e.Model.SHA256(),
		"omit-text":    strconv.FormatBool(f.omitText),
		"text-field":   f.fields.Text,
		"id-field":     f.fields.ID,
		"label-field":  f.fields.Label,
	} {
		all[name] = value
	}
	if f.limit > 0 {
		all["limit"] = strconv.Itoa(f.limit)
	}
	return all
}

// explain explains a document. A text too long for the model or with no words to
// explain is the document's fault, and its reason goes to the dead letters; an error of
// the context is the run's, and is handed on as it is so that the run ends.
func (e *documentExplainer) explain(ctx context.Context, d corpus.Document) (*explain.Explanation, error) {
	run, err := e.Run(ctx, d.Text)
	if err == nil {
		var x *explain.Explanation
		if x, err = run.Scores(ctx); err == nil {
			return x, nil
		}
	}
	if ctx.Err() != nil {
		return nil, err
	}
	return nil, errors.New(request.Plain(flags.Faults(err)))
}

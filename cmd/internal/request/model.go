package request

import (
	"context"
	"sync"

	"github.com/whence-xai/whence/model"
)

// Model is which model reads, and in which numbers.
type Model struct {
	Name      string `json:"model,omitempty" for:"classify generate translate answer tag fill ask"` // a built-in one, a folder, or org/name of the hub; empty for the task's built-in one
	Precision string `json:"precision,omitempty" for:"classify generate translate answer tag fill"` // float32, int8 or bfloat16
}

// The name is not looked at: what may be named is for [Models.Find] to say.
func (m Model) validate(f *faults) {
	if m.Precision == "" {
		return
	}
	if _, err := model.ParsePrecision(m.Precision); err != nil {
		f.add(fault("precision", "%v", err))
	}
}

// builtin are the models of tasks where none is named.
var builtin = map[Task]string{"": "sentiment", Classify: "sentiment", Generate: "stories", Translate: "g2p"}

// Models opens the models that requests name. Find is what whoever runs the
// requests lets them name: any folder and the hub, the models of an operator's
// list, or none but the built-in ones.
type Models struct {
	Find    func(ctx context.Context, name string) (model.Checkpoint, error)
	Threads int // of each model; 0: all processors
	Batch   int // coalitions that a model scores at a time; 0: as suits it
	// Note, where it is not nil, is told what of a model's files is not followed.
	Note func(message string)

	mu     sync.Mutex
	opened map[modelKey]*opened
}

type modelKey struct {
	task, name, precision string
}

// opened is a model, or the place for it while it is opened.
type opened struct {
	turn  chan struct{} // has room for whoever opens it
	model any           // nil before it is there
}

// place returns where a model is, or will be.
func (m *Models) place(key modelKey) *opened {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.opened == nil {
		m.opened = map[modelKey]*opened{}
	}
	if m.opened[key] == nil {
		m.opened[key] = &opened{turn: make(chan struct{}, 1)}
	}
	return m.opened[key]
}

// open returns a model made for a task by build, with weights drawn anew by a seed
// that is not zero. Requests for the same model share it, but for such a one.
func open[M any](ctx context.Context, models *Models, task string, m Model, redraw uint64, build func(model.Checkpoint, model.Options) (*M, error)) (*M, error) {
	precision := model.Float32
	if m.Precision != "" {
		var err error
		if precision, err = model.ParsePrecision(m.Precision); err != nil {
			return nil, fault("precision", "%v", err)
		}
	}
	if m.Name == "" {
		return nil, fault("model", "%s: no model is given, and none of the built-in ones can do this", task).
			or("{model} takes the folder of a Hugging Face model, or its name on the hub: {model} org/name")
	}
	if redraw != 0 {
		return load(ctx, models, m.Name, model.Options{Threads: models.Threads, Precision: precision, Redraw: redraw}, build)
	}
	// The task is part of the key, for one checkpoint makes different models: its
	// head differs. Who asks for the same meanwhile waits for it rather than reading
	// it a second time; who asks for others does not.
	at := models.place(modelKey{task, m.Name, precision.String()})
	select {
	case at.turn <- struct{}{}:
		defer func() { <-at.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if known, ok := at.model.(*M); ok {
		return known, nil
	}
	made, err := load(ctx, models, m.Name, model.Options{Threads: models.Threads, Precision: precision}, build)
	if err != nil {
		return nil, err
	}
	models.note(m.Name, made)
	at.model = made
	return made, nil
}

// load makes a model of its files.
func load[M any](ctx context.Context, models *Models, name string, o model.Options, build func(model.Checkpoint, model.Options) (*M, error)) (*M, error) {
	files, err := models.Find(ctx, name)
	if err != nil {
		return nil, err
	}
	return build(files, o)
}

// note tells what of a model's files is not followed.
func (m *Models) note(name string, opened any) {
	if w, ok := opened.(interface{ Warnings() []string }); ok && m.Note != nil {
		for _, warning := range w.Warnings() {
			m.Note(name + ": " + warning)
		}
	}
}

// model returns the model of the request, the task's built-in one where none is named.
func (r Request) model() Model {
	m := r.Model
	if m.Name == "" {
		m.Name = builtin[r.Task]
	}
	return m
}

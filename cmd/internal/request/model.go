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
	opened map[modelKey]any
}

type modelKey struct {
	task, name, precision string
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
	// The task is part of the key, for one checkpoint makes different models: its
	// head differs.
	key := modelKey{task, m.Name, precision.String()}
	// The lock is held while a model is read: who asks for the same meanwhile waits
	// for it rather than reading it a second time.
	models.mu.Lock()
	defer models.mu.Unlock()
	if known, ok := models.opened[key].(*M); ok && redraw == 0 {
		return known, nil
	}
	files, err := models.Find(ctx, m.Name)
	if err != nil {
		return nil, err
	}
	made, err := build(files, model.Options{Threads: models.Threads, Precision: precision, Redraw: redraw})
	if err != nil {
		return nil, err
	}
	if redraw != 0 {
		return made, nil
	}
	models.note(m.Name, made)
	if models.opened == nil {
		models.opened = map[modelKey]any{}
	}
	models.opened[key] = made
	return made, nil
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

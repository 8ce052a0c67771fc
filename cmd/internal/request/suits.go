package request

import (
	"iter"
	"reflect"
	"slices"
	"strings"
)

// Units returns what a player of a task's game can be, the default first; nil where
// that is not for a request to say.
func Units(task Task) []string {
	switch task {
	case Generate:
		return []string{"word", "subword", "sentence", "paragraph", "item", "field", "character"}
	case Translate:
		return []string{"word", "subword", "sentence", "character"}
	case Answer:
		return []string{"word", "sentence"}
	case Tag, Fill:
		return []string{"word"}
	case Play: // has its own players
		return nil
	case Ask:
		return []string{"word", "sentence", "paragraph", "item", "character", "run"}
	}
	return []string{"word", "subword", "sentence", "character", "run"}
}

// tasksOf returns the tasks that a field says something to, by its tag; nil for all.
func tasksOf(field reflect.StructField) []Task {
	var tasks []Task
	for _, name := range strings.Fields(field.Tag.Get("for")) {
		tasks = append(tasks, Task(name))
	}
	return tasks
}

// nameOf returns what a field is called in JSON.
func nameOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}

// suits refuses choices that say nothing to the request's task: they would be
// passed over in silence.
func (r Request) suits(f *faults) {
	task := r.Task
	if task == "" {
		task = Classify
	}
	for field, value := range fields(reflect.ValueOf(r)) {
		name, tasks := nameOf(field), tasksOf(field)
		// A zero says nothing, and cannot be told from a field that is not there.
		if tasks != nil && !value.IsZero() && !slices.Contains(tasks, task) {
			f.add(fault(name, "{"+name+"} says nothing to task %s", task).or("it is for %s", listed(tasks)))
		}
	}
	if r.Mask == infill && task != Classify {
		f.add(fault("mask", "{mask} infill says nothing to task %s", task).or("it is for %s", Classify))
	}
}

// fields yields the fields of a request, those of its parts in their place.
func fields(r reflect.Value) iter.Seq2[reflect.StructField, reflect.Value] {
	return func(yield func(reflect.StructField, reflect.Value) bool) {
		for i := range r.NumField() {
			field := r.Type().Field(i)
			if !field.Anonymous {
				if !yield(field, r.Field(i)) {
					return
				}
				continue
			}
			for field, value := range fields(r.Field(i)) {
				if !yield(field, value) {
					return
				}
			}
		}
	}
}

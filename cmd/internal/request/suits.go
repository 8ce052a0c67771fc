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

// tasksOf returns the tasks that a field, by its name in JSON, says something to;
// nil for all.
func tasksOf(field string) []Task {
	switch field {
	case "text", "unit", "mask", "model":
		return slices.DeleteFunc(Tasks(), func(t Task) bool { return t == Play })
	case "precision":
		return []Task{Classify, Generate, Translate, Answer, Tag, Fill}
	case "class", "scale", "infill_model", "infill_draws", "long", "neutralize":
		return []Task{Classify}
	case "template", "fields", "messages", "tools", "template_names", "today":
		return []Task{Generate}
	case "chat", "system", "keep":
		return []Task{Generate, Ask}
	case "from", "to", "written":
		return []Task{Translate}
	case "explain", "against", "max_length", "min_tokens", "stop", "samples", "temperature", "top_k", "top_p", "min_p",
		"repetition_penalty", "no_repeat", "beams", "length_penalty", "early_stopping":
		return []Task{Generate, Translate}
	case "answer":
		return []Task{Generate, Translate, Ask}
	case "part":
		return []Task{Generate, Translate, Tag, Fill}
	case "max_tokens":
		return []Task{Generate, Translate, Answer, Ask}
	case "question", "answers", "no_answer", "window":
		return []Task{Answer}
	case "stride":
		return []Task{Answer, Tag}
	case "aggregation":
		return []Task{Tag}
	case "words", "among":
		return []Task{Fill}
	case "score", "encoder":
		return []Task{Ask}
	}
	return nil
}

// suits refuses choices that say nothing to the request's task: they would be
// passed over in silence.
func (r Request) suits(f *faults) {
	task := r.Task
	if task == "" {
		task = Classify
	}
	for name, value := range fields(reflect.ValueOf(r)) {
		if tasks := tasksOf(name); tasks != nil && !value.IsZero() && !slices.Contains(tasks, task) {
			f.add(fault(name, "{"+name+"} says nothing to task %s", task).or("it is for %s", listed(tasks)))
		}
	}
	if r.Mask == infill && task != Classify {
		f.add(fault("mask", "{mask} infill says nothing to task %s", task).or("it is for %s", Classify))
	}
}

// fields yields the fields of a request by their names in JSON.
func fields(r reflect.Value) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		for i := range r.NumField() {
			f := r.Type().Field(i)
			if !f.Anonymous {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if !yield(name, r.Field(i)) {
					return
				}
				continue
			}
			for name, value := range fields(r.Field(i)) {
				if !yield(name, value) {
					return
				}
			}
		}
	}
}

package request_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// TestChoicesSuitTasks: what says nothing to a task is refused, not passed over.
func TestChoicesSuitTasks(t *testing.T) {
	half, three := 0.5, 3
	for _, c := range []struct {
		r    request.Request
		want []string
	}{
		{request.Request{Task: request.Tag, Game: request.Game{Unit: "sentence"}}, []string{`unit "sentence" is none of word`}},
		{request.Request{Task: request.Answer, Game: request.Game{Unit: "subword"}}, []string{`unit "subword" is none of word, sentence`}},
		{request.Request{Task: request.Translate, Game: request.Game{Unit: "field"}}, []string{`unit "field" is none of`}},
		{request.Request{Task: request.Ask, Game: request.Game{Unit: "subword"}}, []string{`unit "subword" is none of`}},
		{request.Request{Game: request.Game{Unit: "item"}}, []string{`unit "item" is none of`}},
		{request.Request{Input: request.Input{Template: "{a}", Question: "Who?"}}, []string{"template says nothing to task classify", "question says nothing to task classify"}},
		{request.Request{Task: request.Generate, Target: request.Target{Class: "POSITIVE", Written: 2}}, []string{"class says nothing to task generate", "written says nothing to task generate"}},
		{request.Request{Task: request.Fill, Writing: request.Writing{Temperature: &half, Stride: 3}}, []string{"temperature says nothing to task fill", "stride says nothing to task fill"}},
		{request.Request{Task: request.Ask, Writing: request.Writing{TopK: &three}, Model: request.Model{Precision: "int8"}}, []string{"top_k says nothing to task ask", "precision says nothing to task ask"}},
		{request.Request{Task: request.Generate, Game: request.Game{Mask: "infill", InfillModel: "x"}}, []string{"mask infill says nothing to task generate", "infill_model says nothing"}},
		{request.Request{Task: request.Play, Input: request.Input{Text: "a"}}, []string{"text says nothing to task game"}},
	} {
		err := c.r.Validate()
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: %v, want %q", c.r, err, want)
			}
		}
	}
	var f *request.Fault
	err := request.Request{Task: request.Tag, Writing: request.Writing{Words: 3}}.Validate()
	if !errors.As(err, &f) || f.Hint(func(s string) string { return s }) != "it is for fill" {
		t.Errorf("error %v", err)
	}
}

// TestEveryUnitRuns: a task takes each of its units, the default first.
func TestEveryUnitRuns(t *testing.T) {
	for _, task := range request.Tasks() {
		units := request.Units(task)
		if len(units) > 0 && units[0] != "word" {
			t.Errorf("%s: the default unit is %q", task, units[0])
		}
		for _, unit := range units {
			if err := (request.Request{Task: task, Game: request.Game{Unit: unit}}).Validate(); err != nil {
				t.Errorf("%s by %s: %v", task, unit, err)
			}
		}
	}
}

// TestEveryFieldHasATask: a field that suits no task could not be given.
func TestEveryFieldHasATask(t *testing.T) {
	var names []string
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Anonymous {
				walk(v.Field(i))
				continue
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if slices.Contains(names, name) {
				t.Errorf("two fields are called %q", name)
			}
			names = append(names, name)
		}
	}
	walk(reflect.ValueOf(request.Request{}))
	for _, name := range names {
		refused := 0
		for _, task := range request.Tasks() {
			r := request.Request{Task: task}
			fill(reflect.ValueOf(&r).Elem(), name)
			r.Task = task
			if err := r.Validate(); err != nil && strings.Contains(err.Error(), name+" says nothing to task") {
				refused++
			}
		}
		if refused == len(request.Tasks()) {
			t.Errorf("%s suits no task", name)
		}
	}
}

// fill gives the field of that name some value.
func fill(v reflect.Value, name string) {
	for i := range v.NumField() {
		f, field := v.Type().Field(i), v.Field(i)
		if f.Anonymous {
			fill(field, name)
			continue
		}
		if own, _, _ := strings.Cut(f.Tag.Get("json"), ","); own != name {
			continue
		}
		switch field.Kind() {
		case reflect.String:
			field.SetString("x")
		case reflect.Bool:
			field.SetBool(true)
		case reflect.Int:
			field.SetInt(1)
		case reflect.Float64:
			field.SetFloat(0.5)
		case reflect.Slice:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
		case reflect.Pointer:
			field.Set(reflect.New(field.Type().Elem()))
		}
	}
}

// TestTagsNameTasks: the tag of a field names tasks that there are.
func TestTagsNameTasks(t *testing.T) {
	tagged := 0
	for _, part := range []any{request.Input{}, request.Target{}, request.Writing{}, request.Game{}, request.Method{}, request.Model{}} {
		for field := range reflect.TypeOf(part).Fields() {
			for _, task := range strings.Fields(field.Tag.Get("for")) {
				tagged++
				if !slices.Contains(request.Tasks(), request.Task(task)) {
					t.Errorf("%s is for %q, which is no task", field.Name, task)
				}
			}
		}
	}
	if tagged == 0 {
		t.Error("no field has a tag")
	}
}

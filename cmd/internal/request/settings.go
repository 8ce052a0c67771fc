package request

import (
	"encoding/json"
	"reflect"
	"strings"
)

// FromSettings returns the request that an explanation tells of which was saved
// before requests were: the name of the command, and the values of its flags. What
// is no field of a request, such as a program or an output, is left out.
func FromSettings(command string, settings map[string]string, text string) (Request, error) {
	object := map[string]any{"text": text}
	if task := Task(command); command != "explain" {
		object["task"] = task
	}
	kinds := map[string]reflect.Type{}
	for name, value := range fields(reflect.ValueOf(Request{})) {
		kinds[name] = value.Type()
	}
	for flag, value := range settings {
		name := strings.ReplaceAll(flag, "-", "_")
		if kind, ok := kinds[name]; ok && value != "" {
			if v, ok := setting(name, kind, value); ok {
				object[name] = v
			}
		}
	}
	if set := settings["set"]; set != "" {
		object["fields"] = fieldsOf(set)
	}
	if settings["template"] != "" || command == string(Answer) {
		delete(object, "text") // is what the template made, or the question and its context
	}
	if command == string(Answer) {
		object["text"] = strings.TrimPrefix(text, settings["question"])
	}
	if words := settings["neutralize"]; words != "" && words != "groups" {
		object["neutralize"] = strings.Split(words, ",")
	}
	b, err := json.Marshal(object)
	if err != nil {
		return Request{}, err
	}
	return Decode(b)
}

// setting returns the value of a flag as JSON has it, and whether it says anything:
// flags that were not given stand among the settings with the zero of their kind.
func setting(name string, kind reflect.Type, value string) (any, bool) {
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	switch kind.Kind() {
	case reflect.String:
		return value, name != "early_stopping" || value != "default"
	case reflect.Bool:
		return value == "true", true
	case reflect.Slice:
		if kind.Elem().Kind() != reflect.String {
			return nil, false
		}
		return strings.Split(value, "\n"), true
	}
	return json.Number(value), name == "seed" || value != "0"
}

// fieldsOf returns the fields of a template; those whose text was in a file are
// left empty.
func fieldsOf(set string) []Field {
	var list []Field
	for _, one := range strings.Split(set, "\n") {
		name, text, ok := strings.Cut(one, "=")
		if ok && !strings.HasPrefix(text, "@") {
			list = append(list, Field{name, text})
		}
	}
	return list
}

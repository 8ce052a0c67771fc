package request

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Saved returns the request that a saved explanation holds, of a text: as this
// program writes it, or the command and its settings that files had before.
func Saved(run json.RawMessage, text string) (Request, error) {
	var old struct {
		Command  string            `json:"command"`
		Settings map[string]string `json:"settings"`
	}
	d := json.NewDecoder(bytes.NewReader(run))
	// A request of today has other fields, so it is no old one.
	d.DisallowUnknownFields()
	if d.Decode(&old) == nil && old.Command != "" {
		return FromSettings(old.Command, old.Settings, text)
	}
	return Decode(run)
}

// FromSettings returns the request that an explanation tells of which was saved
// before requests were: the name of the command, and the values of its flags. What
// is no field of a request, such as a program or an output, is left out.
func FromSettings(command string, settings map[string]string, text string) (Request, error) {
	task := Task(command)
	switch {
	case command == "explain":
		task = ""
	case !slices.Contains(Tasks(), task):
		return Request{}, fault("task", "the explanation was made by %q, which this program does not do again", command)
	case task == Generate && settings["chat"] == "true":
		return Request{}, fault("messages", "the explanation is of a chat, of which it has the text as the model read it, not the messages")
	}
	object := map[string]any{"task": task}
	_, all := settings["order"] // in the oldest files flags that were not given have the zero of their kind
	oldest := all && settings["budget"] == "0"
	// Flags were called as fields are now, so old settings are read by the names of
	// the new.
	for field := range fields(reflect.ValueOf(Request{})) {
		name := nameOf(field)
		value := settings[strings.ReplaceAll(name, "_", "-")]
		if v, ok := setting(name, field.Type, value, oldest); ok && value != "" {
			object[name] = v
		}
	}
	switch {
	case task == Answer:
		object["text"] = strings.TrimPrefix(text, settings["question"])
	case settings["template"] == "" && task != Play:
		object["text"] = text
	case task == Generate:
		list, err := templateOf(settings)
		if err != nil {
			return Request{}, err
		}
		object["fields"] = list
	}
	b, err := json.Marshal(object)
	if err != nil {
		return Request{}, fmt.Errorf("request: %w", err)
	}
	return Decode(b)
}

// setting returns the value of a flag as JSON has it, and whether it says anything;
// idle zeros are those of flags that were not given.
func setting(name string, kind reflect.Type, value string, idle bool) (any, bool) {
	zero := value == "0" && (idle && name != "seed" || kind.Kind() != reflect.Pointer)
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	switch kind.Kind() {
	case reflect.String:
		return value, name != "early_stopping" || value != "default"
	case reflect.Bool:
		return value == "true", true
	case reflect.Slice:
		if name == "neutralize" {
			if value == "groups" {
				return GroupWords(), true
			}
			return WordsOf(value), true
		}
		return severalOf(value), kind.Elem().Kind() == reflect.String
	case reflect.Map:
		return nil, false
	}
	return json.Number(value), !zero
}

// severalOf returns the values of a flag that was given several times: an array of
// JSON, or a line each.
func severalOf(value string) []string {
	var values []string
	if strings.HasPrefix(value, "[") && json.Unmarshal([]byte(value), &values) == nil {
		return values
	}
	return strings.Split(value, "\n")
}

// templateOf returns the fields of a template. Those of the oldest files may name
// files where texts should be: these are not read.
func templateOf(settings map[string]string) ([]Field, error) {
	named := func(field, value string) error {
		return fault(field, "the explanation names a file: {"+field+"} %s", value).or("one saved by this version has the file's text")
	}
	if template := settings["template"]; !strings.Contains(template, "{") {
		return nil, named("template", template)
	}
	var list []Field
	for _, one := range severalOf(settings["set"]) {
		name, text, ok := strings.Cut(one, "=")
		behind, at := strings.CutPrefix(text, "@")
		switch {
		case at && !strings.HasPrefix(behind, "@"):
			return nil, named("fields", one)
		case at:
			text = behind
		}
		if ok {
			list = append(list, Field{name, text})
		}
	}
	return list, nil
}

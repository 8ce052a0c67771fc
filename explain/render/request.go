package render

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// RequestFacts returns the choices of a request, an object of JSON, by their names.
// The text is not among them: an explanation has it.
func RequestFacts(request json.RawMessage) []Fact {
	var fields map[string]json.RawMessage
	if json.Unmarshal(request, &fields) != nil {
		return nil
	}
	var facts []Fact
	// Files from before requests have the choices one level deeper.
	if settings := fields["settings"]; settings != nil {
		delete(fields, "settings")
		facts = RequestFacts(settings)
	}
	delete(fields, "text")
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := string(fields[name])
		var text string
		if json.Unmarshal(fields[name], &text) == nil {
			value = text
		}
		facts = append(facts, Fact{name, value})
	}
	return facts
}

// request returns what the program was asked for. What was saved before requests
// were becomes an object of the command and its settings.
func (r *runJSON) request() json.RawMessage {
	if r.Request != nil {
		var b bytes.Buffer
		if json.Compact(&b, r.Request) != nil {
			return nil // it was read as JSON
		}
		return b.Bytes()
	}
	if r.Command == "" && r.Settings == nil {
		return nil
	}
	b, err := json.Marshal(struct {
		Command  string            `json:"command"`
		Settings map[string]string `json:"settings"`
	}{r.Command, r.Settings})
	if err != nil {
		return nil // there are only strings in it
	}
	return b
}

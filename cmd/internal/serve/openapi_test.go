package serve

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A schema is as much of one as says which fields there are.
type schema struct {
	Ref        string `json:"$ref"`
	Properties map[string]schema
	Required   []string
	Items      *schema
}

// disagree returns where a value has fields that its schema lacks, or lacks some that
// it requires.
func (s schema) disagree(all map[string]schema, where string, value any) (wrong []string) {
	if s.Ref != "" {
		s = all[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	switch v := value.(type) {
	case map[string]any:
		if s.Properties == nil { // any fields
			return nil
		}
		for field, inner := range v {
			known, ok := s.Properties[field]
			if !ok {
				wrong = append(wrong, where+"."+field+" is not described")
			}
			wrong = append(wrong, known.disagree(all, where+"."+field, inner)...)
		}
		for _, field := range s.Required {
			if _, ok := v[field]; !ok {
				wrong = append(wrong, where+"."+field+" is missing")
			}
		}
	case []any:
		for i, inner := range v {
			if s.Items != nil {
				wrong = append(wrong, s.Items.disagree(all, fmt.Sprintf("%s[%d]", where, i), inner)...)
			}
		}
	}
	return wrong
}

// TestRepliesAreDescribed: replies have the fields that the description says.
func TestRepliesAreDescribed(t *testing.T) {
	var api struct {
		Components struct{ Schemas map[string]schema }
	}
	if err := json.Unmarshal(call(t, shared(), "GET", "/openapi.json", "").Body.Bytes(), &api); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ schema, method, path, body string }{
		{"Explanation", "POST", "/v1/explain", film},
		{"Explanation", "POST", "/v1/explain", `{"task": "generate", "text": "Lily had a red ball.", "max_tokens": 3, "budget": 40}`},
		{"Explanation", "POST", "/v1/explain", `{"text": "not bad at all", "index": "k-SII", "class": "all"}`},
		{"Explanation", "POST", "/v1/explain", `{"text": "not bad at all", "method": "lime"}`},
		{"Values", "POST", "/v1/values", `{"request": {"text": "not bad"}, "absent": [[0], []]}`},
		{"Flip", "POST", "/v1/flip", `{"request": {"text": "not bad"}, "order": [1, 0]}`},
		{"About", "GET", "/v1/about", ""},
		{"ModelList", "GET", "/v1/models", ""},
		{"ModelStatus", "GET", "/v1/models/sentiment", ""},
		{"Predictions", "POST", "/v1/models/sentiment:predict", `{"instances": ["good"]}`},
		{"ServerMetadata", "GET", "/v2", ""},
		{"ModelMetadata", "GET", "/v2/models/sentiment", ""},
		{"InferResponse", "POST", "/v2/models/sentiment/infer", `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}`},
		{"Problem", "POST", "/v1/explain", `{"text": "a", "method": "kernl"}`},
	} {
		described, ok := api.Components.Schemas[c.schema]
		if !ok {
			t.Errorf("%s is not described", c.schema)
			continue
		}
		var reply any
		if err := json.Unmarshal(call(t, shared(), c.method, c.path, c.body).Body.Bytes(), &reply); err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		wrong := described.disagree(api.Components.Schemas, c.schema, reply)
		slices.Sort(wrong)
		for _, w := range slices.Compact(wrong) {
			t.Errorf("%s %s: %s", c.path, c.body, w)
		}
	}
}

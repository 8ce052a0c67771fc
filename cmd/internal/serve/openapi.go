package serve

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/render"
)

// describe returns the description of the API (OpenAPI 3.1), drawn from the routes
// and the types that they read and write.
func describe(version string, routes []route) []byte {
	schemas := huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		if t == render.Document() {
			return "Explanation"
		}
		return huma.DefaultSchemaNamer(t, hint)
	})
	schemas.RegisterTypeAlias(reflect.TypeFor[jsonfloat.Number](), reflect.TypeFor[number]())
	schemas.RegisterTypeAlias(reflect.TypeFor[explain.Index](), reflect.TypeFor[string]())
	scores, _ := render.Document().FieldByName("Scores")
	schemas.RegisterTypeAlias(scores.Type, reflect.TypeFor[map[string]float64]())

	api := &huma.OpenAPI{
		OpenAPI:    "3.1.0",
		Info:       &huma.Info{Title: "explain", Version: version, Description: "Tells why a language model said what it said: which words of a text made it answer as it did, each with its share and its error."},
		Components: &huma.Components{Schemas: schemas, SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}},
	}
	failed := &huma.Response{Description: "what went wrong", Content: content("application/problem+json", schemas, reflect.TypeFor[Problem]())}
	for _, r := range routes {
		for _, end := range r.endings() {
			o := &huma.Operation{
				Method: r.method, Path: r.path + end.suffix, OperationID: r.id(end.suffix), Summary: r.about,
				Security:  []map[string][]string{{}, {"token": {}}},
				Responses: map[string]*huma.Response{"200": {Description: "the answer", Content: content("application/json", schemas, end.out)}, "default": failed},
			}
			if strings.Contains(r.path, "{model}") {
				o.Parameters = []*huma.Param{{Name: "model", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}}
			}
			if r.in != nil {
				o.RequestBody = &huma.RequestBody{Required: true, Content: content("application/json", schemas, r.in)}
				o.RequestBody.Content["application/json"].Example = examples[r.in]
			}
			api.AddOperation(o)
		}
	}
	if q := schemas.Map()["Request"]; q != nil {
		choices(q)
	}
	b, err := json.MarshalIndent(api, "", "  ")
	if err != nil {
		panic(err) // a description can be written
	}
	return b
}

// examples are bodies that work with the built-in models.
var examples = map[reflect.Type]any{
	reflect.TypeFor[request.Request](): map[string]any{"text": "The plot is thin, but the acting is wonderful."},
	reflect.TypeFor[Instances]():       map[string]any{"instances": []any{"a gripping, funny film", map[string]any{"text": "not bad at all", "index": "k-SII"}}},
	reflect.TypeFor[InferRequest](): map[string]any{"inputs": []any{map[string]any{
		"name": "text", "datatype": "BYTES", "shape": []int{1}, "data": []string{"a gripping, funny film"},
	}}},
}

// choices lists what the fields of a request may be.
func choices(q *huma.Schema) {
	for field, all := range map[string][]string{
		"method": request.Methods(), "scale": request.Scales(), "explain": request.Views(), "score": request.Scorings(),
		"aggregation": request.Aggregations(), "early_stopping": request.EarlyStops(),
	} {
		for _, one := range all {
			q.Properties[field].Enum = append(q.Properties[field].Enum, one)
		}
	}
	for _, task := range request.Tasks() {
		q.Properties["task"].Enum = append(q.Properties["task"].Enum, string(task))
	}
}

// content describes a body, any JSON where its type is nil.
func content(kind string, schemas huma.Registry, t reflect.Type) map[string]*huma.MediaType {
	if t == nil {
		return map[string]*huma.MediaType{kind: {Schema: &huma.Schema{Type: "object"}}}
	}
	return map[string]*huma.MediaType{kind: {Schema: schemas.Schema(t, true, "")}}
}

// An ending is one of several calls that a pattern of paths stands for.
type ending struct {
	suffix string
	out    reflect.Type
}

func (r route) endings() []ending {
	if r.also == nil {
		return []ending{{"", r.out}}
	}
	return r.also
}

// id names an operation, for the programs that are made of the description.
func (r route) id(suffix string) string {
	name := strings.ToLower(r.method)
	for part := range strings.FieldsFuncSeq(r.path+suffix, func(c rune) bool { return strings.ContainsRune("/{}:", c) }) {
		name += strings.ToUpper(part[:1]) + part[1:]
	}
	return name
}

// A number is null where it is unknown, and a string where it has no bound.
type number struct{}

// Schema describes a number.
func (number) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{{Type: "number"}, {Type: "null"}, {Type: "string", Enum: []any{"Infinity", "-Infinity"}}}}
}

package explain_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/whence-xai/whence"

// mayImport lists, for every package of the module, which other packages of
// the module it may depend on, directly or not. A trailing … stands for the
// package and all below it.
var mayImport = map[string][]string{
	"explain":                     {},
	"explain/jsonfloat":           {},
	"explain/process":             {"explain"},
	"explain/surrogate":           {"explain"},
	"explain/program":             {"explain"},
	"explain/stored":              {"explain"},
	"explain/explaintest":         {"explain", "explain/stored"},
	"explain/metric":              {"explain", "explain/statistics"},
	"explain/metric/stability":    {"explain"},
	"explain/statistics":          {},
	"explain/similarity":          {},
	"explain/render":              {"explain", "explain/jsonfloat", "explain/render/picture"},
	"explain/render/picture":      {},
	"explain/text":                {"explain", "explain/text/unit", "model…"},
	"explain/text/unit":           {"explain"},
	"explain/text/prompt":         {"explain", "explain/text", "explain/text/unit", "model…"},
	"explain/corpus":              {"explain", "explain/jsonfloat", "explain/text", "explain/text/unit", "model…"},
	"explain/bias":                {"explain", "explain/statistics", "explain/text", "explain/text/unit", "model…"},
	"explain/corpus/bucket":       {"explain", "explain/jsonfloat", "explain/corpus", "explain/text", "explain/text/unit", "model…"},
	"explain/report":              {"explain", "explain/jsonfloat", "explain/corpus", "explain/text", "explain/text/unit", "explain/surrogate", "explain/process", "lime", "model…"},
	"lime":                        {"explain", "explain/surrogate", "explain/process"},
	"shap":                        {"explain", "explain/surrogate", "explain/process"},
	"model":                       {"model/chat", "model/tokenizer…", "model/gguf", "model/pickle", "model/safetensors", "model/tensor", "model/internal…"},
	"model/pretrained":            {"model", "model/chat", "model/tokenizer…", "model/gguf", "model/pickle", "model/safetensors", "model/tensor", "model/internal…"},
	"model/chat":                  {"model/internal/jinja"},
	"model/atomicfile":            {},
	"model/hub":                   {"model/atomicfile", "model/retry", "model/internal/secret", "model/internal/weightfile"},
	"model/internal/weightfile":   {},
	"model/hub/hubtest":           {},
	"model/retry":                 {},
	"model/remote":                {"model/retry", "model/internal/secret"},
	"model/remote/remotetest":     {},
	"model/summary":               {"model/gguf", "model/pickle", "model/safetensors", "model/tensor", "model/tokenizer…", "model/internal…"},
	"model/tokenizer":             {"model/tokenizer/internal/oniguruma"},
	"model/safetensors":           {"model/tensor", "model/internal/f32"},
	"model/pickle":                {"model/tensor", "model/internal/f32"},
	"model/gguf":                  {"model/tensor", "model/internal/f32"},
	"model/tensor":                {"model/internal/f32"},
	"model/internal/architecture": {"model/internal/weightfile", "model/internal/checkpoint", "model/internal/transformer", "model/internal/f32", "model/internal/ggml", "model/gguf", "model/pickle", "model/safetensors", "model/tensor", "model/tokenizer…"},
	"model/internal/decode":       {"model/internal/weightfile", "model/internal/checkpoint", "model/internal/f32", "model/internal/ggml", "model/gguf", "model/pickle", "model/safetensors", "model/tensor", "model/tokenizer…"},
	"model/internal/checkpoint":   {"model/internal/weightfile", "model/internal/f32", "model/internal/ggml", "model/gguf", "model/pickle", "model/safetensors", "model/tensor", "model/tokenizer…"},
	"model/internal/ggml":         {"model/gguf", "model/tensor", "model/internal/f32"},
	"model/internal/transformer":  {"model/internal/f32"},
	"model/internal/f32":          {},
	"model/internal/jinja":        {},
	"model/internal/secret":       {},
	"model/tokenizer/internal…":   {},
	"cmd/internal/request":        {"explain…", "lime", "shap", "model…"},
	"cmd/internal/terminal":       {"cmd/internal/request", "explain…", "lime", "shap", "model…"},
	"cmd/internal/output":         {"cmd/internal/request", "cmd/internal/terminal", "explain…", "lime", "shap", "model…"},
	"cmd/internal/flags":          {"cmd/internal/request", "cmd/internal/terminal", "cmd/internal/output", "explain…", "lime", "shap", "model…"},
	"cmd/internal/quote":          {},
	"cmd/internal/rationale":      {"explain…", "lime", "shap", "model…"},
	"cmd/internal/serve…":         {"cmd/internal/request", "cmd/internal/terminal", "cmd/internal/output", "explain…", "lime", "shap", "model…"},
	"cmd/internal/command":        {"cmd/internal…", "explain…", "lime", "shap", "model…"},
	"cmd/explain":                 {"cmd/internal…", "explain…", "lime", "shap", "model…"},
	"benchmarks…":                 {"explain…", "lime", "shap", "model…"},
}

// TestImports holds the direction of the imports: games know no models, models
// know no games, and explain/text is the only bridge.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Deps}} {{.}}{{end}}`, module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		packages := strings.Fields(line)
		name := local(packages[0])
		allowed, ok := rule(name)
		if !ok {
			t.Errorf("%s: no rule says what it may import; add one", name)
			continue
		}
		for _, dep := range packages[1:] {
			if strings.HasPrefix(dep, module+"/") && !matches(allowed, local(dep)) {
				t.Errorf("%s depends on %s", name, local(dep))
			}
		}
	}
}

// TestEngineNamesNoArchitecture keeps the names of architectures out of the
// engine, which knows mechanisms only, and of all else that the packages with those
// names serve or stand beside.
func TestEngineNamesNoArchitecture(t *testing.T) {
	names := regexp.MustCompile(`(?i)\b(bert|distilbert|roberta|albert|electra|deberta|gpt2|gpt_?neox|llama|mistral|qwen|gemma|phi3|bart|marian|t5)\w*`)
	out, err := exec.Command("go", "list", "-f", `{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}} {{end}}`, module+"/model/internal/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for _, file := range strings.Fields(string(out)) {
		if path := filepath.ToSlash(file); strings.Contains(path, "/model/internal/architecture/") || strings.Contains(path, "/model/internal/ggml/") {
			continue
		}
		for _, found := range names.FindAllString(strings.ReplaceAll(identifiers(t, file), "llama.cpp", ""), -1) {
			t.Errorf("%s: names the architecture %s", file, found)
		}
	}
}

func local(path string) string { return strings.TrimPrefix(path, module+"/") }

func rule(name string) ([]string, bool) {
	for pattern, allowed := range mayImport {
		if matches([]string{pattern}, name) {
			return allowed, true
		}
	}
	return nil, false
}

func matches(patterns []string, name string) bool {
	for _, p := range patterns {
		if prefix, open := strings.CutSuffix(p, "…"); name == p || open && (name == prefix || strings.HasPrefix(name, prefix+"/")) {
			return true
		}
	}
	return false
}

package pretrained

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unsafe"

	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/safetensors"
)

// The weights as text: they are in the program once, not copied to be changed.
var (
	//go:embed model.safetensors
	sentimentWeights string
	//go:embed stories/model.safetensors
	storiesWeights string
	//go:embed g2p/model.safetensors
	g2pWeights string
)

//go:embed *.json stories/*.json g2p/*.json
var files embed.FS

// A builtin is a checkpoint that is part of the program.
type builtin struct {
	name    string // as the command knows it
	title   string // as outputs name it
	folder  string // in files
	weights *string
	hash    string // SHA-256 of the weights, which a test computes anew
}

var builtins = []builtin{
	{"sentiment", "sentiment-minilm", ".", &sentimentWeights, "37c7df9592f51f6c4da611e60c0b77efd7c42b2eb71a45a03d3ff70f4f317146"},
	{"stories", "stories260K", "stories", &storiesWeights, "407a7c581bdd66972383ce9ad24857713fb98786d06ea564a2fe9b34ebe77dfd"},
	{"g2p", "g2p-bart-us", "g2p", &g2pWeights, "dc4a02e62d4fcb4bb4097ecf00db89b8e1a12a549a52ab6adfbba220b80a55c5"},
}

// Names returns the names of the built-in models: "sentiment", "stories", "g2p".
func Names() []string {
	var names []string
	for _, b := range builtins {
		names = append(names, b.name)
	}
	return names
}

// Checkpoint returns the files of a built-in model, of which package model makes
// what they are good for: a [model.Classifier] of sentiment, a
// [model.Generator] of stories, a [model.Translator] of g2p, and a
// [model.Inspector] of any. The error of a name that there is none of lists
// those that there are.
func Checkpoint(name string) (model.Checkpoint, error) {
	for _, b := range builtins {
		if b.name == name {
			return b.checkpoint()
		}
	}
	return model.Checkpoint{}, fmt.Errorf("pretrained: no built-in model %q, there are: %s", name, strings.Join(Names(), ", "))
}

func (b *builtin) checkpoint() (model.Checkpoint, error) {
	weights, err := safetensors.OpenBytes(view(*b.weights))
	c := model.Checkpoint{Name: b.title, Weights: weights, SHA256: b.hash}
	for name, to := range map[string]*[]byte{
		"config.json": &c.Config, "tokenizer.json": &c.Tokenizer, "tokenizer_config.json": &c.TokenizerConfig,
		"tokenizer_target.json": &c.TargetTokenizer, "generation_config.json": &c.GenerationConfig,
	} {
		text, missing := files.ReadFile(strings.TrimPrefix(b.folder+"/"+name, "./"))
		if *to = text; missing != nil && !errors.Is(missing, fs.ErrNotExist) {
			err = errors.Join(err, missing)
		}
	}
	return c, err
}

// view returns the bytes of s, which nobody writes to.
func view(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

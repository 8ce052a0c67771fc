// Package weightfile knows by their names the files that hold the weights of a
// model, and those that are found where there are none of a form that is read.
package weightfile

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// names are those of files that hold weights, or tell which files do: the first that
// there is is taken, so that a pickle is where there is nothing else.
var names = []string{
	"model.safetensors", "model.safetensors.index.json",
	"pytorch_model.bin", "pytorch_model.bin.index.json",
}

// None is what to say of a model that has none of them.
const None = "no weights: neither model.safetensors nor pytorch_model.bin, nor the index of one"

// Of returns the file that the weights of a model are read from, by which files
// there are; "" where there is none.
func Of(has func(name string) bool) string {
	if i := slices.IndexFunc(names, has); i >= 0 {
		return names[i]
	}
	return ""
}

// IsPickle tells whether a file of weights is a pickle, or the index of some.
func IsPickle(name string) bool { return strings.HasPrefix(name, "pytorch_model.bin") }

// foreign are files of other forms by patterns of their names: first what a name mends.
var foreign = []struct{ pattern, what string }{
	{"adapter_config.json", "an adapter of another model, not a model; merge the two (in Python: peft's merge_and_unload, then save_pretrained) and give the folder of the result"},
	{"consolidated*", "weights as their makers name them, not as transformers does; give a folder of the model that has a model.safetensors"},
	{"model.safetensors.index.*.json", "the index of a variant; call it model.safetensors.index.json"},
	{"pytorch_model.bin.index.*.json", "the index of a variant; call it pytorch_model.bin.index.json"},
	{"*-of-*.safetensors", "a part of weights without the file that names all parts; put model.safetensors.index.json beside it"},
	{"*-of-*.bin", "a part of weights without the file that names all parts; put pytorch_model.bin.index.json beside it"},
	{"*.safetensors", "weights under another name; call them model.safetensors"},
	{"pytorch_model*.bin", "weights under another name; call them pytorch_model.bin"},
	{"*.gguf", "a model of llama.cpp; give the file itself, on this machine"},
	{"tf_model.h5", "weights of TensorFlow; save them as safetensors (in Python, transformers before version 5: from_pretrained(…, from_tf=True), then save_pretrained)"},
	{"flax_model.msgpack", "weights of Flax; save them as safetensors (in Python, transformers before version 5: from_pretrained(…, from_flax=True), then save_pretrained)"},
	{"*.onnx", "a graph of ONNX; give the folder of the model that it was made from"},
	{"onnx/*.onnx", "a graph of ONNX; give the folder of the model that it was made from"},
	{"*.pt", "a file of PyTorch; if it is a state_dict, call it pytorch_model.bin"},
	{"*.pth", "a file of PyTorch; if it is a state_dict, call it pytorch_model.bin"},
}

// Foreign says which of the files of a model, whose names have slashes, there is
// instead of weights that are read, and what to do; "" where nothing is known.
func Foreign(files []string) string {
	files = slices.Sorted(slices.Values(files))
	for _, k := range foreign {
		for _, name := range files {
			if ok, err := path.Match(k.pattern, name); ok && err == nil {
				return fmt.Sprintf("no model.safetensors or pytorch_model.bin, but %q, which is %s", name, k.what)
			}
		}
	}
	return ""
}

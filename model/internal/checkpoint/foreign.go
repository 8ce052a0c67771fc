package checkpoint

import (
	"fmt"
	"path/filepath"
)

// foreign says what there is in folder dir instead of weights that are read, and
// what to do; "" where nothing is known.
func foreign(dir string) string {
	for _, name := range []string{"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"} {
		if exists(dir, name) {
			return ""
		}
	}
	there := func(pattern string) string {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(found) == 0 {
			return ""
		}
		return filepath.Base(found[0])
	}
	for _, kind := range []struct{ pattern, what string }{
		{"adapter_config.json", "an adapter of another model, not a model; merge the two (in Python: peft's merge_and_unload, then save_pretrained) and give the folder of the result"},
		{"tf_model.h5", "weights of TensorFlow; save them as safetensors (in Python, transformers before version 5: from_pretrained(…, from_tf=True), then save_pretrained)"},
		{"flax_model.msgpack", "weights of Flax; save them as safetensors (in Python, transformers before version 5: from_pretrained(…, from_flax=True), then save_pretrained)"},
		{"*.gguf", "weights of llama.cpp; give the folder of the model that they were made from"},
		{"*.onnx", "a graph of ONNX; give the folder of the model that it was made from"},
		{filepath.Join("onnx", "*.onnx"), "a graph of ONNX; give the folder of the model that it was made from"},
		{"*.safetensors", "weights under another name; call them model.safetensors"},
	} {
		if name := there(kind.pattern); name != "" {
			return fmt.Sprintf("no model.safetensors, but %q, which is %s", name, kind.what)
		}
	}
	return ""
}

// pickled returns err, that there are no weights in folder dir, with what to do
// about it if they are there as pickled Python objects, which are programs.
func pickled(dir string, err error) error {
	if !exists(dir, "pytorch_model.bin") && !exists(dir, "pytorch_model.bin.index.json") {
		return err
	}
	return fmt.Errorf("%w; pytorch_model.bin is a pickle, which may run any code and is not read. To convert it, run in the folder: %s", err, convert)
}

// convert writes pickled weights as safetensors. Python refuses code in them.
const convert = `python -c 'import glob, torch, safetensors.torch as s; ` +
	`s.save_file({k: v.contiguous().clone() for f in glob.glob("pytorch_model*.bin") for k, v in torch.load(f, weights_only=True).items()}, "model.safetensors", metadata={"format": "pt"})'`

package model

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/safetensors"
)

// spoiled loads the tiny classifier with files changed.
func spoiled(t *testing.T, change func(files map[string][]byte)) error {
	t.Helper()
	files := tinyFiles(t)
	change(files)
	_, err := opened(folder(t, files), Options{}, NewClassifier)
	return err
}

// TestMalformedWeights: what is wrong with the weights is told by the name of
// the tensor.
func TestMalformedWeights(t *testing.T) {
	const key = "bert.encoder.layer.0.attention.self.key.weight"
	header := func(change func(entry map[string]any)) func(map[string][]byte) {
		return func(files map[string][]byte) {
			files["model.safetensors"] = edit(t, files["model.safetensors"], func(h map[string]map[string]any) { change(h[key]) })
		}
	}
	for want, change := range map[string]func(files map[string][]byte){
		"header of": func(files map[string][]byte) { files["model.safetensors"] = files["model.safetensors"][:50] },
		"the tensors end at byte": func(files map[string][]byte) {
			files["model.safetensors"] = append(files["model.safetensors"], 0)
		},
		key + " is F8_E4M3, which is none of the types that are read": header(func(e map[string]any) { e["dtype"], e["shape"] = "F8_E4M3", []int{20, 80} }),
		key + " is I8, which is none of the types that are read":      header(func(e map[string]any) { e["dtype"], e["shape"] = "I8", []int{20, 80} }),
		key + " is [400], not [20 20]":                                header(func(e map[string]any) { e["shape"] = []int{400} }),
		`"` + key + `": data_offsets`:                                 header(func(e map[string]any) { e["data_offsets"] = []int{0, 1 << 40} }),
		`"` + key + `": shape`:                                        header(func(e map[string]any) { e["shape"] = []int{1 << 40, 1 << 40} }),
		`predecessor ends at`:                                         header(func(e map[string]any) { e["data_offsets"] = []int{4, 1604} }),
	} {
		if err := spoiled(t, change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %.300v, want one with %q", err, want)
		}
	}
}

// TestNotFinite: a number that is none is told of, wherever it stands.
func TestNotFinite(t *testing.T) {
	for _, name := range []string{"classifier.bias", "bert.embeddings.word_embeddings.weight", "bert.encoder.layer.1.output.dense.weight"} {
		for _, number := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			err := spoiled(t, func(files map[string][]byte) {
				f, err := safetensors.OpenBytes(files["model.safetensors"])
				if err != nil {
					t.Fatal(err)
				}
				tensor, _ := f.Tensor(name)
				bits := math.Float32bits(float32(number))
				last := tensor.Data[len(tensor.Data)-4:]
				last[0], last[1], last[2], last[3] = byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24)
			})
			var fault *checkpoint.Error
			if !errors.As(err, &fault) || fmt.Sprint(fault.NotFinite) != "["+name+"]" || !strings.Contains(err.Error(), name) {
				t.Errorf("%v in %s: error %v", number, name, err)
			}
		}
	}
}

// TestOtherFormats: checkpoints that cannot be read say what to do.
func TestOtherFormats(t *testing.T) {
	err := spoiled(t, func(files map[string][]byte) {
		files["config.json"] = changed(t, files["config.json"], `"quantization_config":{"quant_method":"bitsandbytes"}`)
	})
	if want := `quantized by "bitsandbytes"`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("quantized weights: error %v", err)
	}
}

// TestOtherTasks: a checkpoint for one task serves another that needs no head
// of its own, and else says what it is for.
func TestOtherTasks(t *testing.T) {
	for _, name := range []string{"bert-masked", "roberta-sequence", "distilbert-token", "albert-span", "electra-masked", "mpnet-sequence", "deberta-v3-masked", "modernbert-masked", "gpt2-sequence", "llama-token", "opt", "gpt-neox"} {
		m := openGolden(t, name)
		l, err := loadModel(m.files, architecture.HiddenStates, Options{})
		if err != nil {
			t.Errorf("%s without its head: %v", name, err)
			continue
		}
		if got := l.Outputs(); got != l.Width() && name != "opt-old" {
			t.Errorf("%s without its head has %d outputs, want its width %d", name, got, l.Width())
		}
	}
	for name, want := range map[string]string{
		"bert-masked":     "the checkpoint is a BertForMaskedLM, which is for filling masks, not sequence classification",
		"roberta-span":    "the checkpoint is a RobertaForQuestionAnswering, which is for question answering, not sequence classification",
		"modernbert-span": "", // whose head has the same name, and two outputs as well
		"bert-body":       "the checkpoint is a BertModel, which has nothing for sequence classification",
		"gpt2":            "the checkpoint is a GPT2LMHeadModel, which has nothing for sequence classification",
	} {
		files := openGolden(t, name).files
		if _, err := loadModel(files, architecture.SequenceClasses, Options{}); want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want one with %q", name, err, want)
		}
	}
}

// TestPassedOver: tensors that mean nothing are passed over by their exact
// names, others are told of.
func TestPassedOver(t *testing.T) {
	for name, extra := range map[string]struct{ known, unknown string }{
		"bert-masked":   {"cls.seq_relationship.weight", "cls2.weight"},
		"bert-sequence": {"bert.embeddings.position_ids", "bert.embeddings.position_ids.more"},
		"gpt2":          {"transformer.h.0.attn.bias", "transformer.h.0.attn.gain"},
		"llama":         {"model.layers.0.self_attn.rotary_emb.inv_freq", "model.layers.2.self_attn.q_proj.bias"},
		"t5":            {"encoder.embed_tokens.weight", "encoder.embed_positions.weight"},
		"bart":          {"model.decoder.embed_tokens.weight", "model.decoder.version"},
	} {
		m := openGolden(t, name)
		for _, tensor := range []string{extra.known, extra.unknown} {
			files := m.files
			data, err := os.ReadFile(filepath.Join(*modelsDir, name, "model.safetensors"))
			if err != nil {
				t.Fatal(err)
			}
			data = edit(t, data, func(h map[string]map[string]any) {
				end := 0.0
				for _, e := range h {
					if range_, ok := e["data_offsets"].([]any); ok {
						end = max(end, range_[1].(float64))
					}
				}
				h[tensor] = map[string]any{"dtype": "F32", "shape": []int{0}, "data_offsets": []int{int(end), int(end)}}
			})
			if files.Weights, err = safetensors.OpenBytes(data); err != nil {
				t.Fatal(err)
			}
			l, err := loadModel(files, m.Purpose, Options{})
			if err != nil {
				t.Errorf("%s with %s: %v", name, tensor, err)
			} else if told := strings.Contains(strings.Join(l.warnings, " "), tensor); told == (tensor == extra.known) || len(l.warnings) > 1 {
				t.Errorf("%s with %s: warnings %q", name, tensor, l.warnings)
			}
		}
	}
}

// TestForeignFolders: a folder without weights that are read says what is there
// and what to do, in one line.
func TestForeignFolders(t *testing.T) {
	for name, want := range map[string]string{
		"tf_model.h5": "TensorFlow", "flax_model.msgpack": "Flax", "model.onnx": "ONNX", "model-q4.gguf": "llama.cpp", "adapter_config.json": "peft",
		"model.fp16.safetensors": "call them model.safetensors", "pytorch_model.fp16.bin": "call them pytorch_model.bin",
		"model.safetensors.index.fp16.json": "call it model.safetensors.index.json", "model-00001-of-00002.safetensors": "put model.safetensors.index.json beside it",
		"pytorch_model-00001-of-00002.bin": "put pytorch_model.bin.index.json beside it", "consolidated.00.pth": "as their makers name them", "model.pt": "call it pytorch_model.bin",
	} {
		for _, whole := range []bool{true, false} {
			files := tinyFiles(t)
			if !whole {
				files = map[string][]byte{}
			}
			delete(files, "model.safetensors")
			files[name] = []byte("x")
			_, err := opened(folder(t, files), Options{}, NewClassifier)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") {
				t.Errorf("only %s: error %v, want one line with %q", name, err, want)
			}
		}
	}
}

// TestLongerThanUsual: T5 has no positions, and reads what its tokenizer's
// configuration would not allow; BERT does not.
func TestLongerThanUsual(t *testing.T) {
	for name, long := range map[string]bool{"t5": true, "bert-body": false} {
		m := openGolden(t, name)
		files := m.files
		files.TokenizerConfig = []byte(`{"model_max_length": 9.0}`)
		l, err := loadModel(files, m.Purpose, Options{})
		if err != nil {
			t.Fatal(err)
		}
		f := facts{m: l}
		if f.UsualTokens() != 9 || (f.MaxTokens() > 9) != long {
			t.Errorf("%s: %d tokens usually, %d at most", name, f.UsualTokens(), f.MaxTokens())
		}
		if err := l.check([]Sequence{{IDs: make([]int32, 20)}}, nil); (err == nil) != long {
			t.Errorf("%s: 20 tokens: error %v", name, err)
		}
	}
}

package tokenizer

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestHostileFiles: a file that cannot be true is an error in one line, or what it says is done as far as it has a
// meaning, in memory by the file's size.
func TestHostileFiles(t *testing.T) {
	const many = 100_000
	word := `{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1}}`
	nest := func(part, list, inner string) string {
		return fmt.Sprintf(`{%q:%s%s%s,"model":%s}`, part, strings.Repeat(fmt.Sprintf(`{"type":"Sequence",%q:[`, list), many),
			inner, strings.Repeat(`]}`, many), word)
	}
	var added strings.Builder
	for i := range many {
		fmt.Fprintf(&added, `{"id":%d,"content":"<%d>"},`, i*1000, i)
	}
	for name, c := range map[string]struct{ file, want string }{
		"negative id":     {`{"model":{"type":"WordPiece","vocab":{"a":-1}}}`, "id -1"},
		"id of 2^31":      {`{"model":{"type":"BPE","vocab":{"a":2147483648},"merges":[]}}`, "id 2147483648"},
		"id of 2^64":      {`{"model":{"type":"BPE","vocab":{"a":18446744073709551616},"merges":[]}}`, "not an integer"},
		"fraction":        {`{"model":{"type":"BPE","vocab":{"a":0.5},"merges":[]}}`, "not an integer"},
		"same id":         {`{"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0,"b":0}}}`, ""},
		"same token":      {`{"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0,"a":1}}}`, ""},
		"normalizers":     {nest("normalizer", "normalizers", `{"type":"NFC"}`), "nested deeper"},
		"pre-tokenizers":  {nest("pre_tokenizer", "pretokenizers", `{"type":"Whitespace"}`), "nested deeper"},
		"decoders":        {nest("decoder", "decoders", `{"type":"Fuse"}`), "nested deeper"},
		"post-processors": {nest("post_processor", "processors", `{"type":"ByteLevel"}`), "nested deeper"},
		"merges":          {`{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","a"]]}}`, `merge 0 of "a" and "a"`},
		"merge of empty":  {`{"model":{"type":"BPE","vocab":{"":0},"merges":[["",""]]}}`, ""},
		"prefix":          {`{"model":{"type":"BPE","continuing_subword_prefix":"` + strings.Repeat("#", 1<<20) + `","vocab":{"a":0},"merges":[]}}`, ""},
		"longest word":    {`{"model":{"type":"WordPiece","unk_token":"a","max_input_chars_per_word":-1,"vocab":{"a":0}}}`, ""},
		"cuts and fills": {`{"truncation":{"max_length":99999999999999999999},"padding":{"strategy":{"Fixed":1e300},"pad_id":-7},"model":` + word + `}`,
			""},
		"added far":   {`{"added_tokens":[{"id":4294967295000,"content":"x"}],"model":` + word + `}`, ""},
		"added empty": {`{"added_tokens":[{"id":7,"content":""},null,{}],"model":` + word + `}`, ""},
		"added many":  {`{"added_tokens":[` + strings.TrimSuffix(added.String(), ",") + `],"model":` + word + `}`, ""},
		"scores":      {`{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",-1e308],["a",1e308],["",0]]}}`, ""},
		"score":       {`{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",1e999]]}}`, "not a number"},
		"template": {`{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],` +
			`"pair":[],"special_tokens":{"x":{"id":"x","ids":[-5],"tokens":["x"]}}},"model":` + word + `}`, "id -5"},
		"around": {`{"post_processor":{"type":"BertProcessing","sep":["x",-2],"cls":["x",1]},"model":` + word + `}`, "id -2"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			tok, err := Parse([]byte(c.file))
			runtime.ReadMemStats(&after)
			if used, most := after.TotalAlloc-before.TotalAlloc, uint64(64<<20+100*len(c.file)); used > most {
				t.Errorf("%d MiB for a file of %d bytes", used>>20, len(c.file))
			}
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 1000 {
					t.Fatalf("error is %.1000v, want one with %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatalf("%.1000v", err)
			}
			for _, s := range []string{"", "a", "aba [UNK] <7> x", strings.Repeat("ab", 1<<10)} {
				checkEncoding(t, tok, s)
			}
			tok.Decode([]int32{-1, 0, 1, 1 << 30}, false)
		})
	}
}

// TestHostileOldFiles: files older than tokenizer.json that cannot be true are refused by name and, where they have
// lines, by line.
func TestHostileOldFiles(t *testing.T) {
	piece := func(name string) string { return protoField(1, protoField(1, name)+"\x15\x00\x00\x80\xbf") }
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"bytes in words":     {map[string]string{"vocab.txt": "[UNK]\na\n\xff\n"}, "vocab.txt: line 3: not UTF-8"},
		"no words":           {map[string]string{"vocab.txt": ""}, "vocab.txt: there is nothing in it"},
		"three in a merge":   {map[string]string{"vocab.json": `{"a":0,"b":1}`, "merges.txt": "#version: 0.2\na b a\n"}, "merges.txt: line 2: \"a b a\" is not two tokens"},
		"a merge of nothing": {map[string]string{"vocab.json": `{"a":0,"b":1}`, "merges.txt": "a b\n"}, "merges.txt: line 1: \"ab\" is not in vocab.json"},
		"an id":              {map[string]string{"vocab.json": `{"a":-1}`, "merges.txt": "a b\n"}, "vocab.json: byte"},
		"a cut model":        {map[string]string{"spiece.model": piece("<unk>")[:9]}, "spiece.model: message is cut short"},
		"a model of nothing": {map[string]string{"tokenizer.model": ""}, "tokenizer.model: no piece"},
		"a kind of model":    {map[string]string{"tokenizer.model": piece("a") + protoField(2, "\x18\x03")}, "tokenizer.model: model type 3"},
		"a long piece":       {map[string]string{"tokenizer.model": piece(strings.Repeat("a", 300)) + protoField(2, "\x18\x02")}, "tokenizer.model: token 0 is 300 bytes long"},
		"an unknown piece":   {map[string]string{"spiece.model": piece("a"), "config.json": `{"model_type":"t5"}`, "tokenizer_config.json": `{"extra_ids":0}`}, "unk_id 2 is not in the vocabulary"},
		"a code":             {map[string]string{"bpe.codes": "a b 3\nb\n", "vocab.txt": "a 3\n"}, "bpe.codes: line 2: \"b\" is not two tokens and a number"},
		"a word":             {map[string]string{"bpe.codes": "a b 3\n", "vocab.txt": "a 3\nb\n"}, "vocab.txt: line 2: \"b\" is not a token and a number"},
		"a class":            {map[string]string{"vocab.txt": "a\n", "config.json": `{"model_type":"bert","tokenizer_class":"BertJapaneseTokenizer"}`}, `of class "BertJapaneseTokenizer"`},
		"a model type":       {map[string]string{"vocab.txt": "a\n", "config.json": `{"model_type":"roformer"}`}, `model type "roformer"`},
		"a language":         {map[string]string{"sentencepiece.bpe.model": protoField(1, protoField(1, "<unk>")+"\x18\x02"), "vocab.json": `{"<unk>":0}`, "tokenizer_config.json": `{"src_lang":"xx"}`}, "src_lang"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for file, content := range c.files {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := Load(folder); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error is %v, want one with %q", err, c.want)
			}
		})
	}
}

package tokenizer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// tiny is a model with a few tokens; the format of a file is completed by other parts.
const tiny = `"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1,"##b":2,"é":3}}`

func TestEveryTokenHasItsID(t *testing.T) {
	for _, ref := range references {
		tok := loadReference(t, ref.file, ref.changes)
		for id := range int32(tok.Size()) {
			name := tok.Token(id)
			if back, ok := tok.ID(name); name == "" || !ok || back != id {
				t.Errorf("%s: token %d is %q, which is token %d (%v)", ref.name, id, name, back, ok)
			}
		}
		if name := tok.Token(int32(tok.Size())); name != "" {
			t.Errorf("%s: token beyond the last is %q", ref.name, name)
		}
	}
}

func TestSpecials(t *testing.T) {
	builtIn, err := Load("../pretrained")
	if err != nil {
		t.Fatal(err)
	}
	want := Specials{Begin: -1, End: -1, Class: 101, Separator: 102, Unknown: 100, Pad: 0, Mask: 103}
	if have := builtIn.Specials(); have != want {
		t.Errorf("built-in model: have %+v, want %+v", have, want)
	}
	roberta := loadReference(t, "testdata/roberta.json.gz", nil).Specials()
	if want := (Specials{Begin: 0, End: 2, Class: 0, Separator: 2, Unknown: 3, Pad: 1, Mask: 4}); roberta != want {
		t.Errorf("RoBERTa: have %+v, want %+v", roberta, want)
	}
	if id := loadReference(t, "testdata/unigram_nfkc.json.gz", nil).Specials().Unknown; id != 2 {
		t.Errorf("unigram model without added tokens: unknown is %d, want 2", id)
	}
}

func TestSpecialsFromConfiguration(t *testing.T) {
	file := []byte(`{` + tiny + `}`)
	maps := []byte(`{"mask_token":"a","pad_token":{"content":"é"},"unk_token":"nowhere"}`)
	config := []byte(`{"mask_token":{"__type":"AddedToken","content":"##b"},"eos_token":null,"model_max_length":1e30}`)
	tok, err := Parse(file, maps, config)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Specials{-1, -1, -1, -1, 4, 3, 2}); tok.Specials() != want {
		t.Errorf("have %+v, want %+v", tok.Specials(), want)
	}
	if id, ok := tok.MaskID(); id != 2 || !ok {
		t.Errorf("MaskID is %d, %v", id, ok)
	}
	if _, err := Parse(file, []byte("[]")); err == nil {
		t.Error("a configuration that is no object is accepted")
	}
}

func TestLoad(t *testing.T) {
	folder := t.TempDir()
	if _, err := Load(folder); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), folder) {
		t.Errorf("loading an empty folder: %v", err)
	}
	path := filepath.Join(folder, "tokenizer.json")
	write := func(name, data string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("tokenizer.json", `{`+tiny+`}`)
	write("tokenizer_config.json", `{"mask_token":"é"}`)
	for _, p := range []string{folder, path} {
		tok, err := Load(p)
		if err != nil {
			t.Fatal(err)
		}
		if id, ok := tok.MaskID(); id != 3 || !ok {
			t.Errorf("Load(%q): MaskID is %d, %v", p, id, ok)
		}
	}
	write("tokenizer_config.json", `{"mask_token":`)
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "tokenizer_config.json") {
		t.Errorf("loading a broken tokenizer_config.json: %v", err)
	}
}

// Bytes that are not UTF-8 are U+FFFD, each with a span of its own.
func TestInvalidUTF8(t *testing.T) {
	tok := loadReference(t, "testdata/gpt2_real.json.gz", nil)
	have, err := tok.Encode("a\xff\xc3é")
	if err != nil {
		t.Fatal(err)
	}
	want, err := tok.Encode("a\uFFFD\uFFFDé")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(have.IDs, want.IDs) {
		t.Errorf("have ids %v, want those of U+FFFD, %v", have.IDs, want.IDs)
	}
	if first, last := have.Spans[0], have.Spans[len(have.Spans)-1]; first != (Span{0, 1}) || last.End != 5 {
		t.Errorf("spans %v do not cover the text", have.Spans)
	}
	for i, s := range have.Spans {
		if s.Start > s.End || i > 0 && s.Start < have.Spans[i-1].Start {
			t.Errorf("span %d, %v, runs backwards", i, s)
		}
	}
}

func TestPairNeedsAFormat(t *testing.T) {
	tok := mustParse(t, `{`+tiny+`,"post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{}}}`)
	if _, err := tok.EncodePair("a", "a"); err == nil {
		t.Error("a pair is accepted by a format for one text")
	}
	if _, err := tok.Encode("a"); err != nil {
		t.Error(err)
	}
}

func TestSecondTextIsMarked(t *testing.T) {
	tok := loadReference(t, "testdata/roberta.json.gz", nil) // all segment ids are 0
	e, err := tok.EncodePair("one", "two three")
	if err != nil {
		t.Fatal(err)
	}
	for i, span := range e.Spans {
		text := []string{"one", "two three"}[e.Texts[i]]
		if word := strings.TrimLeft(tok.Token(e.IDs[i]), "Ġ"); !e.Special[i] && text[span.Start:span.End] != word {
			t.Errorf("token %d, %q, spans %q of text %d", i, word, text[span.Start:span.End], e.Texts[i])
		}
	}
}

func TestUnsupported(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"empty":              {``, "want '{'"},
		"no model":           {`{}`, "no model"},
		"cut short":          {`{"model":{"type":"BPE","vocab":{"a":0`, "want '}'"},
		"rest":               {`{` + tiny + `} x`, "after the end"},
		"not UTF-8":          {"{\"\xff\":0}", "not UTF-8"},
		"version":            {`{"version":"2.0",` + tiny + `}`, `version "2.0"`},
		"model":              {`{"model":{"type":"Neural","vocab":{"a":0}}}`, `model of type "Neural" is not supported; supported are BPE`},
		"normalizer":         {`{"normalizer":{"type":"Rot13"},` + tiny + `}`, `normalizer of type "Rot13"`},
		"in a sequence":      {`{"normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Rot13"}]},` + tiny + `}`, "part 1 of a Sequence"},
		"pre-tokenizer":      {`{"pre_tokenizer":{"type":"UnknownScripts"},` + tiny + `}`, `pre_tokenizer of type "UnknownScripts"`},
		"back-reference":     {`{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a)\\1"},"behavior":"Isolated"},` + tiny + `}`, "a back-reference"},
		"behavior":           {`{"pre_tokenizer":{"type":"Punctuation","behavior":"Eaten"},` + tiny + `}`, `behavior of type "Eaten"`},
		"post-processor":     {`{"post_processor":{"type":"Wrap"},` + tiny + `}`, `post_processor of type "Wrap"`},
		"special token":      {`{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}]},` + tiny + `}`, `special token "x" is not defined`},
		"decoder":            {`{"decoder":{"type":"Morse"},` + tiny + `}`, `decoder of type "Morse"`},
		"dropout":            {`{"model":{"type":"BPE","dropout":0.1,"vocab":{"a":0},"merges":[]}}`, "dropout"},
		"merge":              {`{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}`, `merge 0 of "a" and "b"`},
		"far id":             {`{"model":{"type":"WordPiece","vocab":{"a":2000000000}}}`, `id 2000000000`},
		"nested":             {`{"x":` + strings.Repeat("[", 1000) + `}`, "nested deeper"},
		"half a surrogate":   {`{"model":{"type":"WordPiece","vocab":{"\ud83d":0}}}`, "surrogate"},
		"broken map":         {`{"normalizer":{"type":"Precompiled","precompiled_charsmap":"////fw=="},` + tiny + `}`, "cut short"},
		"unknown id":         {`{"model":{"type":"Unigram","unk_id":7,"vocab":[["a",0]]}}`, "unk_id 7"},
		"several, all named": {`{"normalizer":{"type":"Rot13"},"decoder":{"type":"Morse"},` + tiny + `}`, "Morse"},
	} {
		if _, err := Parse([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want one with %q", name, err, c.want)
		}
	}
}

// A file whose regular expressions take for ever makes an error, wherever they stand.
func TestStepsAreBounded(t *testing.T) {
	const split = `{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated"}`
	const replace = `{"type":"Replace","pattern":{"Regex":"(a+)+$"},"content":"x"}`
	text := strings.Repeat("a", 64) + "b"
	for name, part := range map[string]string{
		"pre-tokenizer": `"pre_tokenizer":` + split,
		"normalizer":    `"normalizer":` + replace,
		"many":          `"normalizer":{"type":"Sequence","normalizers":[` + strings.Repeat(replace+",", 1000) + replace + `]}`,
	} {
		tok := mustParse(t, `{`+part+`,`+tiny+`}`)
		if _, err := tok.Encode(text); !errors.Is(err, errSteps) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	tok := mustParse(t, `{"decoder":`+replace+`,"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0,"`+text+`":1}}}`)
	if have := tok.Decode([]int32{1}, false); have != text {
		t.Errorf("decoded %q, want it left alone", have)
	}
}

// A file whose rules blow text up makes an error, not a heap.
func TestGrowthIsBounded(t *testing.T) {
	double := `{"type":"Replace","pattern":{"String":"a"},"content":"aa"}`
	for name, normalizers := range map[string]string{
		"doubling": strings.Repeat(double+",", 60) + double,
		"content":  fmt.Sprintf(`{"type":"Replace","pattern":{"String":"a"},"content":%q}`, strings.Repeat("b", 1<<20)),
		"bytes":    strings.Repeat(`{"type":"ByteLevel"},`, 60) + `{"type":"Prepend","prepend":"é"}`,
	} {
		tok := mustParse(t, `{"normalizer":{"type":"Sequence","normalizers":[`+normalizers+`]},`+tiny+`}`)
		if _, err := tok.Encode(strings.Repeat("aé", 1<<10)); !errors.Is(err, errOverflow) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

func TestUnspellable(t *testing.T) {
	for _, model := range []string{
		`{"type":"WordPiece","unk_token":"?","vocab":{"a":0}}`,
		`{"type":"WordLevel","unk_token":"?","vocab":{"a":0}}`,
		`{"type":"BPE","unk_token":"?","vocab":{"a":0},"merges":[]}`,
		`{"type":"Unigram","unk_id":null,"vocab":[["a",0]]}`,
	} {
		tok := mustParse(t, `{"model":`+model+`}`)
		if _, err := tok.Encode("b"); !errors.Is(err, errNoUnknown) {
			t.Errorf("%s: error is %v", model, err)
		}
		if e, err := tok.Encode("a"); err != nil || !slices.Equal(e.IDs, []int32{0}) {
			t.Errorf("%s: %v, %v", model, e, err)
		}
	}
}

// Without an unknown token BPE leaves out what it cannot spell, and spans stay where the text is.
func TestLeftOut(t *testing.T) {
	tok := mustParse(t, `{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}}`)
	e, err := tok.Encode("aéb")
	if err != nil {
		t.Fatal(err)
	}
	if want := []Span{{0, 1}, {3, 4}}; !slices.Equal(e.IDs, []int32{0, 1}) || !slices.Equal(e.Spans, want) {
		t.Errorf("have ids %v with spans %v, want 0 and 1 with %v", e.IDs, e.Spans, want)
	}
}

func TestConcurrentUse(t *testing.T) {
	tok := loadReference(t, "testdata/t5.json.gz", nil)
	texts := testStrings(t)[:200]
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, s := range texts {
				checkEncoding(t, tok, s)
			}
		})
	}
	wait.Wait()
}

package tokenizer

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"unicode/utf8"
)

// smallFiles are tokenizer files with every part there is, small enough to be changed byte by byte.
func smallFiles(t testing.TB) map[string]string {
	var parts partsFile
	data, err := os.ReadFile("testdata/parts.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &parts); err != nil {
		t.Fatal(err)
	}
	const added = `"added_tokens":[{"id":9,"content":"[MASK]","lstrip":true,"special":true},{"id":3,"content":"B","normalized":true}]`
	const letters = `"vocab":{"<unk>":0,"a":1,"b":2,"ab":3,"##a":4,"é":5,"Ġ":6,"▁":7,"<0xC3>":8}`
	files := map[string]string{
		"wordpiece": `{"version":"1.0",` + added + `,"model":{"type":"WordPiece","unk_token":"<unk>",` + letters + `}}`,
		"bpe": `{` + added + `,"model":{"type":"BPE","unk_token":"<unk>","byte_fallback":true,"fuse_unk":true,` + letters +
			`,"merges":["a b"]},"post_processor":{"type":"RobertaProcessing","sep":["b",2],"cls":["a",1],"trim_offsets":true}}`,
		"unigram": `{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["a",-1.5],["ab",-2e0],["▁",-3]]},"post_processor":` +
			`{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}},{"Sequence":{"id":"A","type_id":1}}],` +
			`"pair":[],"special_tokens":{"x":{"id":"x","ids":[3],"tokens":["x"]}}}}`,
	}
	for kind, group := range map[string]map[string]json.RawMessage{
		"normalizer": parts.Normalizers, "pre_tokenizer": parts.PreTokenizers, "decoder": parts.Decoders,
	} {
		for name, part := range group {
			files[kind+"/"+name] = fmt.Sprintf(`{%s,%q:%s,"model":{"type":"WordPiece","unk_token":"<unk>",%s}}`, added, kind, part, letters)
		}
	}
	var cut []json.RawMessage
	readJSON(t, "testdata/small.json", &cut)
	for i, file := range cut {
		files[fmt.Sprintf("small/%d", i)] = string(file)
	}
	return files
}

// FuzzParse reads any file at all and uses what comes of it.
func FuzzParse(f *testing.F) {
	for _, file := range smallFiles(f) {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		tok, err := Parse(file)
		if err != nil {
			return
		}
		for _, s := range []string{"", "ab É [MASK] 12\r\n\u3000x", "\xff\xc3\xa9\x00"} {
			checkEncoding(t, tok, s)
		}
		tok.Decode([]int32{-1, 0, 1, 2, 3, 1 << 30}, true)
	})
}

// FuzzEncode encodes any text at all.
func FuzzEncode(f *testing.F) {
	toks := map[string]*Tokenizer{}
	for name, file := range smallFiles(f) {
		toks[name] = mustParse(f, file)
	}
	for _, s := range []string{"", "ab", "A b [MASK]\xff", "e\u0301\u1100\u1161 \r\n'ſ", "\u0f73\u0344 \u3000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, tok := range toks {
			e := checkEncoding(t, tok, s)
			if again := checkEncoding(t, tok, s); e != nil && !slices.Equal(e.IDs, again.IDs) {
				t.Errorf("%s: encoding %q twice gives %v and %v", name, s, e.IDs, again.IDs)
			}
		}
	})
}

// checkEncoding encodes s and checks what must hold for any text and tokenizer.
func checkEncoding(t *testing.T, tok *Tokenizer, s string) *Encoding {
	t.Helper()
	e, err := tok.Encode(s)
	if err != nil {
		return nil
	}
	n := len(e.IDs)
	if len(e.Spans) != n || len(e.Types) != n || len(e.Texts) != n || len(e.Special) != n {
		t.Fatalf("Encode(%q): fields of different lengths: %+v", s, *e)
	}
	for i, id := range e.IDs {
		if id < 0 || int(id) >= tok.Size() && !e.Special[i] {
			t.Fatalf("Encode(%q): token %d is %d of %d", s, i, id, tok.Size())
		}
	}
	for i, span := range e.Spans {
		if span.Start < 0 || span.Start > span.End || span.End > len(s) {
			t.Fatalf("Encode(%q): span %v of token %d is not in the text", s, span, i)
		}
		if utf8.ValidString(s) && !utf8.ValidString(s[span.Start:span.End]) {
			t.Fatalf("Encode(%q): span %v of token %d breaks a character", s, span, i)
		}
	}
	return e
}

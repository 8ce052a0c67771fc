package tokenizer

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// protoField writes a length-prefixed field of a protocol buffer message.
func protoField(field byte, content string) string {
	return string(binary.AppendUvarint([]byte{field<<3 | 2}, uint64(len(content)))) + content
}

// FuzzSentencePiece reads any .spm file at all, with any vocabulary, and uses what comes of it.
func FuzzSentencePiece(f *testing.F) {
	piece := func(name, kind string) string { return protoField(1, protoField(1, name)+"\x15\x00\x00\x80\xbf"+kind) }
	spm := piece("<unk>", "\x18\x02") + piece("▁a", "") + piece("b", "") + protoField(3, "\x18\x01\x20\x01\x28\x01")
	f.Add([]byte(spm), `{"</s>":0,"<unk>":1,"▁a":2,"b":3,">>fr<<":4}`, ">>fr<< a b\xff")
	f.Add([]byte(spm+protoField(3, protoField(2, "\x04\x00\x00\x00\x00\x04\x00\x00a\x00"))), `{"</s>":1,"<unk>":0}`, "aé  ")
	f.Add([]byte(spm[:len(spm)-3]), `{}`, "")
	f.Fuzz(func(t *testing.T, spm []byte, vocabulary, s string) {
		p, err := readSentencePiece(spm)
		if err != nil {
			return
		}
		m, err := newMarianModel(p, vocabulary)
		if err != nil {
			return
		}
		tok, err := newMarian(p, m)
		if err != nil {
			return
		}
		if e := checkEncoding(t, tok, s); e != nil {
			tok.Decode(e.IDs, true)
		}
	})
}

// FuzzConfig reads any file beside a tokenizer.json, of settings or of added tokens.
func FuzzConfig(f *testing.F) {
	for _, s := range []string{
		`{"tokenizer_class":"BertTokenizerFast","do_lower_case":false,"strip_accents":true,"tokenize_chinese_chars":false}`,
		`{"added_tokens_decoder":{"9":{"content":"É b","normalized":true,"lstrip":true,"rstrip":true,"single_word":true,"special":true}}}`,
		`{"x":7,"É":3}`, `{"mask_token":{"content":"a"},"additional_special_tokens":["x",{"content":"b"}],"extra_special_tokens":{"k":"v"}}`,
	} {
		f.Add([]byte(s), []byte(`{}`), "a É b漢 x\xff")
	}
	f.Fuzz(func(t *testing.T, first, second []byte, s string) {
		tok, err := Parse([]byte(`{"normalizer":{"type":"BertNormalizer","lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},`+tiny+`}`), first, second)
		if err != nil {
			return
		}
		if e := checkEncoding(t, tok, s); e != nil {
			tok.Decode(e.IDs, false)
		}
	})
}

// FuzzPrecompiled normalizes any text by any character map.
func FuzzPrecompiled(f *testing.F) {
	f.Add([]byte("\x04\x00\x00\x00\x00\x04\x00\x00a\x00"), "a\u0301 b")
	f.Add([]byte{}, "")
	f.Add([]byte("\x08\x00\x00\x00\x61\x05\x00\x00\x61\x01\x00\x80xyz\x00"), "aaé\xff")
	f.Fuzz(func(t *testing.T, charsmap []byte, s string) {
		n, err := newPrecompiled(charsmap)
		if err != nil {
			return
		}
		x := newText(s, 0, newBudget(len(s)))
		n.normalize(&x)
		if len(x.bytes) != len(x.from) {
			t.Fatalf("%d bytes, %d origins", len(x.bytes), len(x.from))
		}
		last := origin{}
		for i, o := range x.from {
			if o.start < last.start || o.end < o.start || int(o.end) > len(s) {
				t.Fatalf("byte %d comes from %v, behind %v, of a text of %d bytes", i, o, last, len(s))
			}
			last = o
		}
		y := newText(s, 0, newBudget(len(s)))
		(&spaceRules{charsmap: n, front: true, tidy: true}).normalize(&y)
	})
}

// FuzzDecode decodes any ids, with any tokens, by every decoder.
func FuzzDecode(f *testing.F) {
	var parts []*Tokenizer
	for name, file := range smallFiles(f) {
		if tok := mustParse(f, file); tok.decoder != nil || name == "bpe" {
			parts = append(parts, tok)
		}
	}
	f.Add("a", "##b", "<0xC3>")
	f.Add("▁x", "", " ' n't")
	f.Add("Ġ\xff", "|", "<pad>")
	f.Fuzz(func(_ *testing.T, a, b, c string) {
		for _, tok := range parts {
			if tok.decoder != nil {
				tok.decoder.decode([]string{a, b, b, c}, newBudget(0))
				tok.decoder.decode(nil, newBudget(0))
			}
			tok.Decode([]int32{int32(len(a)), -1, int32(len(b)) << 20, 2, 2, 9}, len(c)%2 == 0)
		}
	})
}

// FuzzOldFiles makes a tokenizer of any files that there were before tokenizer.json.
func FuzzOldFiles(f *testing.F) {
	piece := func(name, kind string) string { return protoField(1, protoField(1, name)+"\x15\x00\x00\x80\xbf"+kind) }
	spm := piece("<unk>", "\x18\x02") + piece("<s>", "\x18\x03") + piece("▁a", "") + piece("a", "") + piece("▁", "") + piece("aa", "\x18\x04") + piece("<0x41>", "\x18\x06")
	merged := spm + protoField(2, "\x18\x02\x98\x02\x01")
	for _, kind := range []string{"t5", "xlm-roberta", "camembert", "mbart", "albert", "pegasus", "xlnet", "deberta-v2", "llama", "mistral", "gemma", "nllb"} {
		f.Add(`{"model_type":"`+kind+`"}`, `{"add_bos_token":true,"extra_ids":2,"offset":4}`, "tokenizer.model", []byte(spm), []byte(nil), "a aa A\xff")
		f.Add(`{"model_type":"`+kind+`"}`, `{"legacy":true,"do_lower_case":true,"split_by_punct":true}`, "spiece.model", []byte(merged), []byte(nil), "▁a <s>")
	}
	f.Add(`{"model_type":"m2m_100"}`, `{}`, "sentencepiece.bpe.model", []byte(merged), []byte(`{"<s>":0,"<unk>":3,"</s>":2,"a":1}`), "a <s>b")
	f.Add(`{"model_type":"bert"}`, `{"strip_accents":true}`, "vocab.txt", []byte("[UNK]\n[CLS]\n[SEP]\na\n##b\r\n"), []byte(nil), "ab É")
	f.Add(`{"model_type":"roberta"}`, `{"add_prefix_space":true}`, "merges.txt", []byte("#version: 0.2\na b\n"), []byte(`{"a":0,"b":1,"ab":2}`), "ab <mask>")
	f.Add(`{"model_type":"roberta"}`, `{"tokenizer_class":"BertweetTokenizer"}`, "bpe.codes", []byte("a b 3\nab c</w> 2\n"), []byte("ab@@ 3\nc 2\n"), "abc a\n")
	f.Add(`{"tokenizer_class":"BertweetTokenizer"}`, `{"normalization":true}`, "bpe.codes", []byte("a b 3\n"), []byte("a 3\n"), "@a can't &amp; 😂😂😂😂 http://a.b/")
	f.Fuzz(func(t *testing.T, config, settings, name string, file, second []byte, s string) {
		other := map[string]string{"merges.txt": "vocab.json", "bpe.codes": "vocab.txt"}[name]
		if strings.HasSuffix(name, ".model") && second != nil {
			other = "vocab.json"
		}
		folder := t.TempDir()
		for file, content := range map[string][]byte{"config.json": []byte(config), "tokenizer_config.json": []byte(settings), name: file, other: second} {
			if file == "" || !filepath.IsLocal(file) || strings.ContainsAny(file, "/\\\x00") {
				continue
			}
			if os.WriteFile(filepath.Join(folder, file), content, 0o600) != nil {
				return
			}
		}
		tok, err := Load(folder)
		if err != nil {
			return
		}
		if e := checkEncoding(t, tok, s); e != nil {
			tok.Decode(e.IDs, true)
		}
	})
}

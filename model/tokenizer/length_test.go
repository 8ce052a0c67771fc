package tokenizer

import (
	"fmt"
	"strings"
	"testing"
)

// TestLongTexts: long words and long runs of anything take steps by their length. Steps for every pair of bytes would
// be a minute or more for each of these, and the test would not end.
func TestLongTexts(t *testing.T) {
	const size = 1 << 18
	const letters = `{"<unk>":0,"a":1,"b":2,"ab":3,"aa":4,"aaaa":5,"##a":6,"##aa":7,"é":8," ":9,"  ":10,"Ġ":11,"ĠĠ":12}`
	models := map[string]string{
		"WordPiece": `{"type":"WordPiece","unk_token":"<unk>","max_input_chars_per_word":1000000000,"vocab":` + letters + `}`,
		"WordLevel": `{"type":"WordLevel","unk_token":"<unk>","vocab":` + letters + `}`,
		"BPE":       `{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"vocab":` + letters + `,"merges":["a a","aa aa","a b","Ġ Ġ"]}`,
		"Unigram":   `{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["a",-1.5],["aa",-2],["aaaaaaaaaaaaaaaa",-3],["▁",-3]]}`,
	}
	parts := map[string]string{
		"plain": ``,
		"added": `"added_tokens":[{"id":13,"content":"aaaaab","lstrip":true,"rstrip":true},{"id":14,"content":"  b","normalized":true},` +
			`{"id":15,"content":"bb","single_word":true}],`,
		"BERT":     `"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},`,
		"composed": `"normalizer":{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"NFKC"},{"type":"Strip","strip_left":true,"strip_right":true},{"type":"Replace","pattern":{"Regex":"\\s+$"},"content":""}]},`,
		"bytes":    `"pre_tokenizer":{"type":"ByteLevel"},`,
		"marked":   `"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁"}]},`,
	}
	texts := []string{"a", "b", " ", "é", "\u0301", "\u0327\u0301", "aaaaa ", "\u200d"}
	for kind, model := range models {
		for name, part := range parts {
			if name != "plain" && kind != "WordLevel" {
				continue
			}
			t.Run(kind+"/"+name, func(t *testing.T) {
				tok := mustParse(t, fmt.Sprintf(`{%s"model":%s}`, part, model))
				for _, s := range texts {
					text := strings.Repeat(s, size/len(s))
					if _, err := tok.Encode(text + "b"); err != nil {
						t.Errorf("%q: %v", s, err)
					}
				}
			})
		}
	}
}

// TestTextsAreBounded: what would take long and cannot be ended is refused.
func TestTextsAreBounded(t *testing.T) {
	tok := mustParse(t, `{`+tiny+`}`)
	_, err := tok.Encode(strings.Repeat("a", maxText+1))
	if err == nil || !strings.Contains(err.Error(), "16.0 MiB is longer than 16") {
		t.Errorf("error is %v", err)
	}
}

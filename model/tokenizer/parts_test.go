package tokenizer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// partsFile is testdata/parts.json: settings of single parts of a tokenizer.
type partsFile struct {
	Normalizers    map[string]json.RawMessage
	PreTokenizers  map[string]json.RawMessage `json:"pre_tokenizers"`
	AddedTokens    map[string]json.RawMessage `json:"added_tokens"`
	PostProcessors map[string]json.RawMessage `json:"post_processors"`
	Models         map[string]json.RawMessage
	ByteMerges     []string `json:"byte_merges"`
	Decoders       map[string]json.RawMessage
	TokenLists     [][]string `json:"token_lists"`
}

// partsGolden is what testdata/parts.py writes: for each part digests of what two models make of it.
type partsGolden struct {
	Normalizers    map[string]map[string][]string
	PreTokenizers  map[string]map[string][]string `json:"pre_tokenizers"`
	AddedTokens    map[string]map[string][]string `json:"added_tokens"`
	PostProcessors map[string]map[string][]string `json:"post_processors"`
	Models         map[string][]string
	Characters     map[string][]string
	Decoders       map[string][]string
}

func TestPartsReference(t *testing.T) {
	var parts partsFile
	var want partsGolden
	readJSON(t, "testdata/parts.json", &parts)
	readJSON(t, "testdata/parts.golden.json.gz", &want)
	texts := append(testStrings(t), randomStrings(t)...)
	for _, group := range []struct {
		name, file string
		parts      map[string]json.RawMessage
		want       map[string]map[string][]string
	}{
		{"normalizer", `"normalizer":%s`, parts.Normalizers, want.Normalizers},
		{"pre_tokenizer", `"pre_tokenizer":%s`, parts.PreTokenizers, want.PreTokenizers},
		{"added_tokens", `"normalizer":{"type":"Lowercase"},"pre_tokenizer":` + string(parts.PreTokenizers["rewriting"]) +
			`,"added_tokens":%s`, parts.AddedTokens, want.AddedTokens},
	} {
		for name, part := range group.parts {
			for kind, model := range partModels() {
				t.Run(group.name+"/"+name+"/"+kind, func(t *testing.T) {
					t.Parallel()
					tok := mustParse(t, fmt.Sprintf(`{%s,"model":%s}`, fmt.Sprintf(group.file, part), model))
					compareDigests(t, tok, texts, group.want[name][kind])
				})
			}
		}
	}
}

func TestModelReference(t *testing.T) {
	var parts partsFile
	var want partsGolden
	readJSON(t, "testdata/parts.json", &parts)
	readJSON(t, "testdata/parts.golden.json.gz", &want)
	texts := append(testStrings(t), randomStrings(t)...)
	for name, model := range parts.Models {
		t.Run(name, func(t *testing.T) {
			tok := mustParse(t, fmt.Sprintf(`{"pre_tokenizer":{"type":"WhitespaceSplit"},"model":%s}`, model))
			compareDigests(t, tok, texts, want.Models[name])
		})
	}
}

func TestPostProcessorReference(t *testing.T) {
	var parts partsFile
	var want partsGolden
	readJSON(t, "testdata/parts.json", &parts)
	readJSON(t, "testdata/parts.golden.json.gz", &want)
	texts := append(testStrings(t), randomStrings(t)...)
	for name, post := range parts.PostProcessors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tok := mustParse(t, fmt.Sprintf(`{"model":%s,"pre_tokenizer":%s,"added_tokens":%s,"post_processor":%s}`,
				byteModel(t, parts.ByteMerges), parts.PreTokenizers["byte_level"], parts.AddedTokens["strips"], post))
			compareDigests(t, tok, texts, want.PostProcessors[name]["single"])
			comparePairDigests(t, tok, texts, want.PostProcessors[name]["pair"])
		})
	}
}

// byteModel is a byte-level model of all bytes and what merges make of them.
func byteModel(t *testing.T, merges []string) string {
	alphabet := slices.Clone(byteRunes[:])
	slices.Sort(alphabet)
	vocab := map[string]int{}
	for i, r := range alphabet {
		vocab[string(r)] = i
	}
	for _, m := range merges {
		vocab[strings.ReplaceAll(m, " ", "")] = len(vocab)
	}
	model, err := json.Marshal(map[string]any{"type": "BPE", "vocab": vocab, "merges": merges})
	if err != nil {
		t.Fatal(err)
	}
	return string(model)
}

// comparePairDigests compares each text with the one behind it as a pair: ids with types and special marks, then with spans.
func comparePairDigests(t *testing.T, tok *Tokenizer, texts, want []string) {
	t.Helper()
	var lines [][]byte
	for i := range len(texts) - 1 {
		e, err := tok.EncodePair(texts[i], texts[i+1])
		if err != nil {
			t.Fatal(err)
		}
		marks := *e
		marks.Spans = nil
		for k, kind := range e.Types {
			mark := Span{Start: int(kind)}
			if e.Special[k] {
				mark.End = 1
			}
			marks.Spans = append(marks.Spans, mark)
		}
		lines = append(lines, appendLine(nil, &marks), appendLine(nil, e))
	}
	compareLines(t, lines, want)
}

// Each normalizer does with every character in use what the reference does. This fails when tables of another
// Unicode version shine through.
func TestCharactersReference(t *testing.T) {
	var parts partsFile
	var want partsGolden
	readJSON(t, "testdata/parts.json", &parts)
	readJSON(t, "testdata/parts.golden.json.gz", &want)
	for name, part := range parts.Normalizers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f normalizerFile
			if err := json.Unmarshal(part, &f); err != nil {
				t.Fatal(err)
			}
			n, err := newNormalizer(&f)
			if err != nil {
				t.Fatal(err)
			}
			digests := want.Characters[name]
			for i, digest := range digests {
				start := rune(i) << 12
				if i == len(digests)-1 {
					start = 0xe0000 // tags and variation selectors; nothing is assigned between
				}
				if characterDigest(n, start) != digest {
					t.Errorf("of U+%04X and the 4,095 behind it some differ from the reference", start)
				}
			}
		})
	}
}

func characterDigest(n normalizer, start rune) string {
	h := sha256.New()
	x := text{budget: newBudget(1 << 20)}
	for r := start; r < start+4096; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		x.restart()
		x.append(string(r), 0)
		n.normalize(&x)
		h.Write(append(x.bytes, '\n'))
	}
	return hex.EncodeToString(h.Sum(nil))[:8]
}

// partModels are a model that takes each word for unknown and one that spells text in bytes.
func partModels() map[string]string {
	var bytes []string
	for b := range 256 {
		bytes = append(bytes, fmt.Sprintf(`"<0x%02X>":%d`, b, b))
	}
	return map[string]string{
		"words": `{"type":"WordLevel","vocab":{"<unk>":0},"unk_token":"<unk>"}`,
		"bytes": `{"type":"BPE","byte_fallback":true,"merges":[],"vocab":{` + strings.Join(bytes, ",") + `}}`,
	}
}

// compareDigests compares ids and spans with the digests of golden.py.
func compareDigests(t *testing.T, tok *Tokenizer, texts, want []string) {
	t.Helper()
	var lines [][]byte
	for _, s := range texts {
		e, err := tok.Encode(s)
		if err != nil {
			t.Fatalf("Encode(%q): %v", s, err)
		}
		lines = append(lines, appendLine(nil, e))
	}
	compareLines(t, lines, want)
}

func compareLines(t *testing.T, lines [][]byte, want []string) {
	t.Helper()
	i := 0
	for block := range slices.Chunk(lines, 32) {
		sum := sha256.Sum256(bytes.Join(block, nil))
		if i < len(want) && hex.EncodeToString(sum[:4]) != want[i] {
			t.Errorf("lines %d to %d differ from the reference", 32*i, 32*i+31)
		}
		i++
	}
	if i != len(want) {
		t.Fatalf("golden file has %d blocks of lines, the test %d", len(want), i)
	}
}

// appendLine writes ids and spans as golden.py does.
func appendLine(b []byte, e *Encoding) []byte {
	for i, id := range e.IDs {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	b = append(b, '|')
	for i, s := range e.Spans {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(s.Start), 10)
		b = strconv.AppendInt(append(b, '-'), int64(s.End), 10)
	}
	return append(b, '\n')
}

func TestDecoderReference(t *testing.T) {
	var parts partsFile
	var want partsGolden
	readJSON(t, "testdata/parts.json", &parts)
	readJSON(t, "testdata/parts.golden.json.gz", &want)
	for name, part := range parts.Decoders {
		var f decoderFile
		if err := json.Unmarshal(part, &f); err != nil {
			t.Fatal(err)
		}
		d, err := newDecoder(&f)
		if err != nil {
			t.Fatal(err)
		}
		for i, tokens := range parts.TokenLists {
			if have := strings.Join(d.decode(slices.Clone(tokens), newBudget(0)), ""); have != want.Decoders[name][i] {
				t.Errorf("%s of %q\nhave %q\nwant %q", name, tokens, have, want.Decoders[name][i])
			}
		}
	}
}

func randomStrings(t testing.TB) []string {
	var texts []string
	readJSON(t, "testdata/random.json.gz", &texts)
	return texts
}

func mustParse(t testing.TB, file string) *Tokenizer {
	t.Helper()
	tok, err := Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

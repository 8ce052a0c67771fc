package tokenizer

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// An oldCase is a folder without tokenizer.json: a model type, files of old.files.json.gz under other names, and
// configurations.
type oldCase struct {
	Kind   string
	Files  map[string]string
	Config json.RawMessage `json:"tokenizer_config.json"`
	Tokens json.RawMessage `json:"special_tokens_map.json"`
	Added  json.RawMessage `json:"added_tokens.json"`
	Unlike bool            // the reference has no spans
}

// An oldDigest is two bytes of the hash of each line, and the hash of all.
type oldDigest struct{ Each, All string }

type oldGolden struct{ Texts, Pairs, Decoded oldDigest }

// TestOldReference: what has no tokenizer.json gives the ids and the spans, text by text, of what transformers makes of
// it.
func TestOldReference(t *testing.T) {
	var cases map[string]oldCase
	readJSON(t, "testdata/old.json", &cases)
	var want map[string]oldGolden
	readJSON(t, "testdata/old.golden.json.gz", &want)
	var files map[string]string
	readJSON(t, "testdata/old.files.json.gz", &files)
	texts := testStrings(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tok, err := Load(oldFolder(t, c, files))
			if err != nil {
				t.Fatal(err)
			}
			compareOld(t, tok, texts, want[name], c.Unlike)
		})
	}
}

// compareOld compares texts, pairs and decoded texts with digests; ids alone where the reference has no spans.
func compareOld(t *testing.T, tok *Tokenizer, texts []string, want oldGolden, idsAlone bool) {
	t.Helper()
	line := func(e *Encoding, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		if idsAlone {
			e.Spans = nil
		}
		return strings.TrimSuffix(string(appendLine(nil, e)), "\n")
	}
	var singles, pairs, decoded, about []string
	for i, s := range texts {
		e, err := tok.Encode(s)
		singles = append(singles, line(e, err))
		if i%8 != 0 {
			continue
		}
		decoded = append(decoded, tok.Decode(e.IDs, true))
		about = append(about, s)
		e, err = tok.EncodePair(s, texts[i+1])
		pairs = append(pairs, line(e, err)+"|"+joined(e.Types))
	}
	want.Texts.compare(t, "text", texts, singles)
	want.Pairs.compare(t, "pair that begins with", about, pairs)
	if !strings.HasSuffix(t.Name(), "no_list") { // where the reference does not know that languages are no text
		want.Decoded.compare(t, "decoded tokens of", about, decoded)
	}
}

func joined(list []int32) string {
	var words []string
	for _, v := range list {
		words = append(words, strconv.Itoa(int(v)))
	}
	return strings.Join(words, ",")
}

func (d oldDigest) compare(t *testing.T, what string, about, lines []string) {
	t.Helper()
	each, err := base64.StdEncoding.DecodeString(d.Each)
	if err != nil || len(each) != 2*len(lines) {
		t.Fatalf("golden file has %d lines of %s, not %d: %v", len(each)/2, what, len(lines), err)
	}
	wrong := 0
	for i, line := range lines {
		if sum := sha256.Sum256([]byte(line)); string(sum[:2]) != string(each[2*i:2*i+2]) {
			if wrong++; wrong <= 3 {
				t.Errorf("%s %q differs from the reference: %s", what, about[i], line)
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d differ: %s", wrong, len(lines), what)
	} else if sum := sha256.Sum256([]byte(strings.Join(lines, "\n"))); hex.EncodeToString(sum[:]) != d.All {
		t.Errorf("%s: some differ by more than the digests tell", what)
	}
}

// oldFolder makes the folder of a case.
func oldFolder(t testing.TB, c oldCase, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	write := func(name string, data []byte) {
		if data == nil {
			return
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("config.json", []byte(`{"model_type":`+strconv.Quote(c.Kind)+`}`))
	write("tokenizer_config.json", c.Config)
	write("special_tokens_map.json", c.Tokens)
	write("added_tokens.json", c.Added)
	for name, source := range c.Files {
		write(name, oldContent(t, files, source))
	}
	return folder
}

// oldContent returns a file of old.files.json.gz, where models are in base 64.
func oldContent(t testing.TB, files map[string]string, name string) []byte {
	t.Helper()
	content, ok := files[name]
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	if !strings.HasSuffix(name, ".model") {
		return []byte(content)
	}
	data, err := base64.StdEncoding.DecodeString(content)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestOldFilesOfTwoKinds: of several vocabularies in a folder the class takes its own.
func TestOldFilesOfTwoKinds(t *testing.T) {
	var files map[string]string
	readJSON(t, "testdata/old.files.json.gz", &files)
	all := map[string]string{
		"vocab.txt": "bert.vocab.txt", "vocab.json": "byte.vocab.json", "merges.txt": "byte.merges.txt", "spiece.model": "t5.model",
	}
	for kind, want := range map[string]string{"bert": "[UNK]", "roberta": "<mask>", "t5": "<extra_id_7>"} {
		tok, err := Load(oldFolder(t, oldCase{Kind: kind, Files: all}, files))
		if err != nil {
			t.Fatal(err)
		}
		if id, ok := tok.ID(want); !ok || !tok.IsSpecial(id) {
			t.Errorf("%s: there is no special %s", kind, want)
		}
	}
	tok, err := Load(oldFolder(t, oldCase{Kind: "xlm-roberta", Files: map[string]string{
		"sentencepiece.bpe.model": "fairseq.model", "vocab.json": "m2m.vocab.json",
	}}, files))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := tok.ID("__fr__"); ok {
		t.Error("xlm-roberta: read as M2M100's")
	}
}

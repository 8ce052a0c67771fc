package bias_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/whence-xai/whence/explain/bias"
)

// TestTooLarge: a file that is too large is refused, not cut where its bound is.
func TestTooLarge(t *testing.T) {
	line := []byte("northern,southern\n")
	large := append([]byte("north,south\n"), bytes.Repeat(line, 16<<20/len(line)+1)...)
	_, err := bias.ReadLexicon(bytes.NewReader(large), "sides.csv")
	for what, err := range map[string]error{
		"lexicon":     err,
		"sentences":   second(bias.WinoBias(fstest.MapFS{"pro_stereotyped_x": {Data: large}, "anti_stereotyped_x": {Data: large}})),
		"descriptors": second(bias.HolisticBias(fstest.MapFS{"sentence_templates.json": {Data: large}, "descriptors.json": {Data: large}, "nouns.json": {Data: large}})),
	} {
		if err == nil || !strings.Contains(err.Error(), "more than 16 MiB") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// sound fails a test where a set has sentences that are not told apart, or parts
// that are not of their sentence.
func sound(t *testing.T, sets bias.Sets) {
	t.Helper()
	n := 0
	for s, err := range sets {
		if n++; err != nil || n > 1000 {
			return
		}
		for _, v := range s.Variants {
			for _, part := range v.Spans {
				if part.Start < 0 || part.Start > part.End || part.End > len(v.Text) {
					t.Fatalf("%s: %q has no bytes %v", s.Source, v.Text, part)
				}
			}
		}
	}
}

func FuzzTemplates(f *testing.F) {
	seed, err := os.ReadFile("templates.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte(`{"axes": [{"name": "age", "slots": ["a"], "groups": [{"name": "young", "terms": ["young"]}, {"name": "old", "terms": ["old"]}]}], "templates": [{"slot": "a", "text": "A {} cat."}]}`))
	f.Add([]byte(`{"axes": [{"slots": [""], "groups": [{"terms": [""]}, {"terms": [""]}]}], "templates": [{"text": "{}"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		templates, err := bias.ReadTemplates(iotest.HalfReader(bytes.NewReader(b)))
		if err == nil {
			sound(t, templates.Sets())
		}
	})
}

func FuzzLexicon(f *testing.F) {
	f.Add([]byte("north,south\nnorthern, Southern\n\nnorth\tsouth\n"), "The northern wind and the İSTANBUL south.")
	f.Add([]byte("a,b\nİ,i\n"), "İ i")
	f.Fuzz(func(t *testing.T, b []byte, text string) {
		l, err := bias.ReadLexicon(bytes.NewReader(b), "words.csv")
		if err != nil {
			return
		}
		if s := l.Swap(text, ""); s != nil {
			sound(t, bias.Of([]*bias.Set{s}))
		}
		sound(t, bias.Of(l.Mentions(text, "")))
		l.Mirror(text)
	})
}

func FuzzSets(f *testing.F) {
	f.Add([]byte("sent_more,sent_less,stereo_antistereo,bias_type\nWomen cook.,Men cook.,stereo,gender\n,,antistereo,\n"))
	f.Add([]byte("Sentence,Template,Person,Gender,Race,Emotion,Emotion word\nAlonzo feels angry.,<person> feels <emotion>.,Alonzo,male,African-American,anger,angry\n"))
	f.Add([]byte("1 [The developer] argued because [he] slept.\n2 [The cook] spoke to [her].\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if sets, err := bias.CrowSPairs(bytes.NewReader(b), "f"); err == nil {
			sound(t, bias.Of(sets))
		}
		if sets, err := bias.EEC(bytes.NewReader(b), "f"); err == nil {
			sound(t, bias.Of(sets))
		}
		anti := bytes.ReplaceAll(b, []byte("he"), []byte("she"))
		if sets, err := bias.WinoBias(fstest.MapFS{"pro_stereotyped_x": {Data: b}, "anti_stereotyped_x": {Data: anti}}); err == nil {
			sound(t, bias.Of(sets))
		}
	})
}

func FuzzHolistic(f *testing.F) {
	var seeds [3][]byte
	names := [3]string{"sentence_templates.json", "descriptors.json", "nouns.json"}
	for i, name := range names {
		var err error
		if seeds[i], err = os.ReadFile("testdata/holistic/" + name); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(seeds[0], seeds[1], seeds[2])
	f.Fuzz(func(t *testing.T, templates, descriptors, nouns []byte) {
		if sets, err := bias.HolisticBias(fstest.MapFS{names[0]: {Data: templates}, names[1]: {Data: descriptors}, names[2]: {Data: nouns}}); err == nil {
			sound(t, sets)
		}
	})
}

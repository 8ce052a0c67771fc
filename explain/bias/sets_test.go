package bias_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/whence-xai/whence/explain/bias"
)

// all collects sets.
func all(t testing.TB, sets bias.Sets) []*bias.Set {
	t.Helper()
	var out []*bias.Set
	for s, err := range sets {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// marked returns a sentence with its words in brackets.
func marked(v bias.Variant) string {
	out := v.Text
	for _, s := range slices.Backward(v.Spans) {
		out = out[:s.Start] + "[" + out[s.Start:s.End] + "]" + out[s.End:]
	}
	return out
}

func TestBuiltinTemplates(t *testing.T) {
	sentences := 0
	for _, s := range all(t, bias.Builtin().Sets()) {
		groups := map[string]bool{}
		for _, v := range s.Variants {
			groups[v.Group] = true
			sentences++
			span := v.Spans[0]
			if !strings.EqualFold(v.Text[span.Start:span.End], v.Term) {
				t.Errorf("%q: the words %q are not where they are said to be", marked(v), v.Term)
			}
			if strings.Contains(v.Text, " a a") || strings.Contains(v.Text, "{") {
				t.Errorf("%q is no sentence", v.Text)
			}
		}
		if len(groups) < 2 {
			t.Errorf("%s, %q: groups %v", s.Axis, s.Source, groups)
		}
	}
	if sentences < 1000 {
		t.Errorf("%d sentences", sentences)
	}
}

func TestTemplates(t *testing.T) {
	templates, err := bias.ReadTemplates(strings.NewReader(`{
		"axes": [{"name": "age", "slots": ["adjective"], "groups": [{"name": "young", "terms": ["young"]}, {"name": "old", "terms": ["elderly"]}]}],
		"templates": [{"slot": "adjective", "text": "We met a {} man."}, {"slot": "adjective", "text": "{} people came."}, {"slot": "other", "text": "{}"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range all(t, templates.Sets()) {
		for _, v := range s.Variants {
			got = append(got, v.Group+": "+marked(v))
		}
	}
	want := []string{
		"young: We met a [young] man.", "old: We met an [elderly] man.",
		"young: [Young] people came.", "old: [Elderly] people came.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if err := templates.Only("Age"); err != nil || len(templates.Axes) != 1 {
		t.Error(err)
	}
	if err := templates.Only("size"); err == nil || !strings.Contains(err.Error(), "age") {
		t.Errorf("an unknown axis: %v", err)
	}
}

func TestTemplatesAtFault(t *testing.T) {
	_, err := bias.ReadTemplates(strings.NewReader(`{
		"axes": [{"name": "age", "slots": ["noun"], "groups": [{"name": "young", "terms": []}]}],
		"templates": [{"slot": "adjective", "text": "no slot"}]}`))
	for _, part := range []string{`"no slot" has not one {}`, `slots ["noun"]`, "1 groups", `"young" has no words`} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not tell %q", err, part)
		}
	}
	if _, err := bias.ReadTemplates(strings.NewReader("[")); err == nil {
		t.Error("no JSON was read")
	}
}

func TestWinoBias(t *testing.T) {
	sets, err := bias.WinoBias(os.DirFS("testdata/winobias"))
	if err != nil {
		t.Fatal(err)
	}
	byAxis := map[string][]*bias.Set{}
	for _, s := range sets {
		byAxis[s.Axis] = append(byAxis[s.Axis], s)
	}
	if n, m := len(byAxis["WinoBias stereotype"]), len(byAxis["WinoBias pronoun"]); n != m || n < 20 {
		t.Fatalf("%d and %d sets", n, m)
	}
	first := byAxis["WinoBias stereotype"][0].Variants
	if first[0].Group != "stereotype" || marked(first[0]) != "The developer argued with the designer because [he] did not like the design." ||
		first[1].Group != "anti-stereotype" || marked(first[1]) != "The developer argued with the designer because [she] did not like the design." {
		t.Errorf("%+v", first)
	}
	if first := byAxis["WinoBias pronoun"][1].Variants; first[0].Group != "she" || first[0].Term != "her" || first[1].Term != "his" {
		t.Errorf("%+v", first)
	}
	if _, err := bias.WinoBias(os.DirFS("testdata/holistic")); err == nil {
		t.Error("another folder was read")
	}
}

func TestCrowSPairs(t *testing.T) {
	sets, err := bias.CrowSPairs(strings.NewReader(`,sent_more,sent_less,stereo_antistereo,bias_type,annotations
0,"My old boss forgot it, again.","My young boss forgot it, again.",stereo,age,x
1,The rich man paid.,The poor man and his son paid.,antistereo,socioeconomic,x
`), "pairs.csv")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sets {
		for _, v := range s.Variants {
			got = append(got, s.Axis+"/"+v.Group+": "+marked(v))
		}
	}
	want := []string{
		"age/stereotype: My [old] boss forgot it, again.", "age/anti-stereotype: My [young] boss forgot it, again.",
		"socioeconomic/stereotype: The [poor man and his son] paid.", "socioeconomic/anti-stereotype: The [rich man] paid.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	for _, bad := range []string{"", "a,b\n1,2\n", ",sent_more,sent_less,stereo_antistereo,bias_type\n0,a,b,neither,age\n", ",sent_more,sent_less,stereo_antistereo,bias_type\n0,a\n"} {
		if _, err := bias.CrowSPairs(strings.NewReader(bad), "pairs.csv"); err == nil || !strings.Contains(err.Error(), "pairs.csv") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestEEC(t *testing.T) {
	sets, err := bias.EEC(strings.NewReader(`ID,Sentence,Template,Person,Gender,Race,Emotion,Emotion word
1,Alonzo feels angry.,<person> feels <emotion>.,Alonzo,male,African-American,anger,angry
2,Amanda feels angry.,<person> feels <emotion>.,Amanda,female,European,anger,angry
3,She feels angry.,<person> feels <emotion>.,she,female,,anger,angry
4,My uncle feels sad.,<person> feels <emotion>.,my uncle,male,,sadness,sad
`), "eec.csv")
	if err != nil {
		t.Fatal(err)
	}
	if len(sets) != 2 || sets[0].Axis != "EEC gender" || sets[1].Axis != "EEC race" || len(sets[0].Variants) != 3 || len(sets[1].Variants) != 2 {
		t.Fatalf("%+v", sets)
	}
	if got := marked(sets[0].Variants[2]); got != "[She] feels angry." {
		t.Errorf("%q", got)
	}
}

func TestHolisticBias(t *testing.T) {
	sets, err := bias.HolisticBias(os.DirFS("testdata/holistic"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	found := all(t, sets)
	for _, s := range found {
		for _, v := range s.Variants {
			got[s.Axis+"/"+v.Group+": "+marked(v)] = true
		}
	}
	for _, want := range []string{
		"ability/auditory: I'm a [Deaf] person.", "ability/other: I'm an [able-bodied] child.",
		"age/old: I like [elderly] people.", "age/young: I'm an [adult] person.",
	} {
		if !got[want] {
			t.Errorf("no %q in %v", want, got)
		}
	}
	if len(found) != 2*2*2 {
		t.Errorf("%d sets, want axes × templates × nouns = 8", len(found))
	}
}

func TestSample(t *testing.T) {
	sets := bias.Builtin().Sets()
	some, err := bias.Sample(sets, 500, 1)
	if err != nil {
		t.Fatal(err)
	}
	count := func(sets bias.Sets) (n int) {
		for _, s := range all(t, sets) {
			n += len(s.Variants)
		}
		return n
	}
	n := count(some)
	if n < 250 || n > 1000 || n != count(some) {
		t.Errorf("%d sentences and then %d, about 500 were asked for", n, count(some))
	}
	if whole, err := bias.Sample(sets, 0, 1); err != nil || count(whole) != count(sets) {
		t.Errorf("all are not all (%v)", err)
	}
}

func gender(t *testing.T) *bias.Lexicon {
	t.Helper()
	l := bias.Lexicons()[0]
	if l.Axis != "gender" {
		t.Fatal(l.Axis)
	}
	return l
}

func TestSwap(t *testing.T) {
	l := gender(t)
	for text, want := range map[string]string{
		"He took his car, and she...":             "",
		"He took his car.":                        "[She] took [her] car.",
		"HIS own idea: the man himself saw him.":  "[HER] own idea: the [woman] [herself] saw [her].",
		"She saw her brotherless cat":             "[He] saw [his] brotherless cat",
		"We told her that it is hers.":            "We told [him] that it is [his].",
		"The theme of the shed":                   "",
		"Die Königin: I met the queen's husband.": "",
	} {
		s := l.Swap(text, "")
		got := ""
		if s != nil {
			for _, v := range s.Variants {
				if v.Text != text {
					got = marked(v)
				}
			}
		}
		if got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	mirrored, ok := l.Mirror("He met his wife, and she saw him.")
	if !ok || mirrored != "She met her husband, and he saw her." {
		t.Errorf("%q, %v", mirrored, ok)
	}
}

// TestMirrorOfAnything: whatever the text, it stays valid and what has no word of
// the lexicon stays as it is.
func TestMirrorOfAnything(t *testing.T) {
	l := gender(t)
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`((he|She|her|İ|ß|man) ?){0,5}`)).Draw(r, "text")
		mirrored, ok := l.Mirror(text)
		if ok == (mirrored == text) {
			r.Errorf("%q became %q, changed %v", text, mirrored, ok)
		}
		if s := l.Swap(text, ""); s != nil {
			for _, v := range s.Variants {
				for _, span := range v.Spans {
					if span.Start >= span.End || span.End > len(v.Text) {
						r.Errorf("%q: span %v", v.Text, span)
					}
				}
			}
		}
	})
}

func TestLexiconOfAxis(t *testing.T) {
	axis := bias.Axis{Name: "skin", Groups: []bias.Group{{Name: "black", Terms: []string{"Black", "dark-skinned"}}, {Name: "white", Terms: []string{"white"}}}}
	s := axis.Lexicon().Swap("A dark-skinned man.", "")
	if s == nil || len(s.Variants) != 2 || marked(s.Variants[1]) != "A [white] man." {
		t.Errorf("%+v", s)
	}
}

func TestReadLexicon(t *testing.T) {
	l, err := bias.ReadLexicon(strings.NewReader("north,south\nnorthern, Southern\n\nnorth\tsouth\n"), "sides.csv")
	if err != nil {
		t.Fatal(err)
	}
	if s := l.Swap("In the North, a southern wind", ""); s != nil {
		t.Errorf("words of both groups: %+v", s)
	}
	if got, _ := l.Mirror("In the North, a southern wind"); got != "In the South, a northern wind" {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"", "one\nword\n", "a,b\nx\n"} {
		if _, err := bias.ReadLexicon(strings.NewReader(bad), "sides.csv"); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestMentions(t *testing.T) {
	sets := gender(t).Mentions("She said she met a king.", "line 3")
	var got []string
	for _, s := range sets {
		got = append(got, s.Variants[0].Group+": "+marked(s.Variants[0]))
	}
	want := []string{"female: [She] said [she] met a king.", "male: She said she met a [king]."}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

package text_test

import (
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/prompt"
)

// TestPair: two texts are read as the model's format has it, whatever is masked.
func TestPair(t *testing.T) {
	const s = "Who won?The team won."
	r := newReader(t)
	for _, c := range []struct {
		masker  text.Masker
		present []int
		want    string
	}{
		{nil, []int{0, 1, 2, 3, 4, 5, 6}, "[CLS] who won ? [SEP] the team won . [SEP]"},
		{nil, []int{0, 4}, "[CLS] who [MASK] [MASK] [SEP] [MASK] team [MASK] [MASK] [SEP]"},
		{text.Drop{}, []int{1, 5}, "[CLS] won [SEP] won [SEP]"},
		{text.Rewrite{}, []int{0, 5}, "[CLS] who [SEP] won [SEP]"},
		{text.Rewrite{}, []int{5}, "[CLS] [SEP] won [SEP]"},
		{text.Rewrite{}, []int{0}, "[CLS] who [SEP] [SEP]"},
		{text.Rewrite{With: " it "}, []int{1}, "[CLS] it won it [SEP] it it it it [SEP]"},
	} {
		target := &sum{read: r.spell}
		g := must(t)(text.Options{Second: 8, Masker: c.masker}.NewGame(r, s, target))
		if got, want := names(g), []string{"Who", "won", "?", "The", "team", "won", "."}; !slices.Equal(got, want) {
			t.Fatalf("players %q, want %q", got, want)
		}
		if values(t, g, c.present); target.asked[0] != c.want {
			t.Errorf("%v %v\ngot  %s\nwant %s", c.masker, c.present, target.asked[0], c.want)
		}
	}
	for _, second := range []int{-1, len(s) + 1} {
		if _, err := (text.Options{Second: second}).NewGame(r, s, &sum{}); err == nil {
			t.Errorf("a second text at byte %d of %d was accepted", second, len(s))
		}
	}
	if _, err := (text.Options{Second: 1}).NewGame(r, "e\u0301", &sum{}); err == nil {
		t.Error("a second text in the middle of a character was accepted")
	}
}

// TestPromptFieldsArePlayers: whole fields, or the words of some.
func TestPromptFieldsArePlayers(t *testing.T) {
	r := newReader(t)
	p, err := prompt.Template("Facts: {fact} Question: {question}").Fill([]prompt.Value{
		{Field: "fact", Text: "Rain fell."}, {Field: "fact", Text: "It was cold."}, {Field: "question", Text: "Was it wet?"},
	})
	if err != nil {
		t.Fatal(err)
	}
	o, err := p.Whole(text.Options{}, "question")
	if err != nil {
		t.Fatal(err)
	}
	target := &sum{read: r.spell}
	g := must(t)(o.NewGame(r, p.Text, target))
	if got, want := names(g), []string{"fact 1", "fact 2"}; !slices.Equal(got, want) {
		t.Errorf("players %q, want %q", got, want)
	}
	if values(t, g, []int{1}); target.asked[0] != "[CLS] facts : [MASK] [MASK] [MASK] it was cold . question : was it wet ? [SEP]" {
		t.Errorf("asked %q", target.asked)
	}
	kept, err := p.Keep("fact")
	if err != nil {
		t.Fatal(err)
	}
	g = must(t)(text.Options{Keep: kept}.NewGame(r, p.Text, target))
	if got, want := names(g), []string{"Was", "it", "wet", "?"}; !slices.Equal(got, want) {
		t.Errorf("players %q, want %q", got, want)
	}
	if _, err := p.Keep("passage"); err == nil {
		t.Error("an unknown field is kept")
	}
}

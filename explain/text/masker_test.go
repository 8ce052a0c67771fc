package text_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
)

func TestMaskers(t *testing.T) {
	const s = "The unwatchable film, it isn't good."
	r := newReader(t)
	for _, c := range []struct {
		masker text.Masker
		want   string
	}{
		{text.Replace{}, "[CLS] the [MASK] [MASK] [MASK] [MASK] [MASK] it [MASK] [MASK] [MASK] good [MASK] [SEP]"},
		{text.Replace{Token: "[UNK]"}, "[CLS] the [UNK] [UNK] [UNK] [UNK] [UNK] it [UNK] [UNK] [UNK] good [UNK] [SEP]"},
		{text.Collapse{}, "[CLS] the [MASK] it [MASK] good [MASK] [SEP]"},
		{text.Drop{}, "[CLS] the it good [SEP]"},
		{text.Hide{}, "[CLS] the <un> <##watch> <##able> <film> <,> it <isn> <'> <t> good <.> [SEP]"},
		{text.Rewrite{}, "[CLS] the it good [SEP]"},
		{text.Rewrite{With: "X"}, "[CLS] the x xx it x good ##x [SEP]"},
	} {
		target := &sum{read: r.spell}
		g := must(t)(text.Options{Masker: c.masker}.NewGame(r, s, target))
		if got, want := names(g), []string{"The", "unwatchable", "film", ",", "it", "isn't", "good", "."}; !slices.Equal(got, want) {
			t.Fatalf("players %q, want %q", got, want)
		}
		values(t, g, []int{0, 4, 6})
		if got := target.asked[0]; got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.masker, got, c.want)
		}
	}
}

func TestMaskersThatCannotWorkSaySo(t *testing.T) {
	r := newReader(t)
	r.maskID = -1
	for masker, want := range map[text.Masker]string{
		text.Replace{}:                "no mask token",
		text.Collapse{}:               "no mask token",
		text.Replace{Token: "nosuch"}: `no token "nosuch"`,
		broken{}:                      "broken",
	} {
		_, err := text.Options{Masker: masker}.NewGame(r, "a film", &sum{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want an error with %q", masker, err, want)
		}
	}
	for _, masker := range []text.Masker{nil, text.Drop{}, text.Hide{}, text.Replace{Token: "[PAD]"}} {
		if _, err := (text.Options{Masker: masker}).NewGame(r, "a film", &sum{}); err != nil {
			t.Error(err)
		}
	}
	if _, err := (text.Options{Masker: text.Rewrite{}, Long: text.Window}).NewGame(r, "a film", &sum{}); err == nil {
		t.Error("a text is rewritten and read through windows")
	}
	if _, err := (text.Options{Second: 2, Long: text.Window}).NewGame(r, "a film", &sum{}); err == nil {
		t.Error("a pair is read through windows")
	}
}

// broken is a caller's masker that fails, or leaves nothing.
type broken struct{}

func (broken) String() string { return "broken" }
func (broken) Mask(dst model.Sequence, _ *text.Features, _ explain.Coalition) (model.Sequence, error) {
	return dst, errors.New("broken")
}

// LIME's package with its defaults asks for these texts.
func TestBagOfWordsAsLIME(t *testing.T) {
	r := newReader(t)
	target := &sum{read: r.spell}
	g := must(t)(text.Options{Unit: unit.Runs, Bag: true, Masker: text.Rewrite{}}.NewGame(r, "Not good, not bad: not it's.", target))
	if got, want := names(g), strings.Fields("Not good not bad it s"); !slices.Equal(got, want) {
		t.Fatalf("players %q, want %q", got, want)
	}
	values(t, g, []int{0, 1, 3, 4, 5}, []int{2})
	want := []string{"[CLS] not good , bad : it ' s . [SEP]", "[CLS] , not : not ' . [SEP]"}
	if !slices.Equal(target.asked, want) {
		t.Errorf("asked %q, want %q", target.asked, want)
	}
}

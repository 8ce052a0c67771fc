package text_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
)

func TestSpecialAndKeptTokensStay(t *testing.T) {
	const s = "Review: a well-made film. Bad sound."
	r := newReader(t)
	for _, c := range []struct {
		unit    unit.Unit
		players []string
		want    string // when all are masked
	}{
		{unit.Words, []string{"a", "film", ".", "Bad", "sound", "."}, "[CLS] review : [MASK] well - made [MASK] [MASK] [MASK] [MASK] [MASK] [SEP]"},
		{unit.Sentences, []string{"a … film.", "Bad sound."}, "[CLS] review : [MASK] well - made [MASK] [MASK] [MASK] [MASK] [MASK] [SEP]"},
	} {
		target := &sum{read: r.spell}
		keep := []explain.Span{{Start: 0, End: 8}, {Start: 10, End: 19}}
		g := must(t)(text.Options{Unit: c.unit, Keep: keep}.NewGame(r, s, target))
		if got := names(g); !slices.Equal(got, c.players) {
			t.Errorf("players %q, want %q", got, c.players)
		}
		if values(t, g, nil); target.asked[0] != c.want {
			t.Errorf("got  %s\nwant %s", target.asked[0], c.want)
		}
	}
}

func TestCustomSpans(t *testing.T) {
	const s = "Très gripping and funny film"
	r := newReader(t)
	target := &sum{read: r.spell}
	g := must(t)(text.Options{Unit: unit.Custom, Spans: []explain.Span{{Start: 0, End: 14}, {Start: 19, End: 29}}}.NewGame(r, s, target))
	if got, want := names(g), []string{"Très gripping", "funny film"}; !slices.Equal(got, want) {
		t.Errorf("players %q, want %q", got, want)
	}
	if values(t, g, []int{0}); target.asked[0] != "[CLS] tres gripping and [MASK] [MASK] [SEP]" {
		t.Errorf("asked %q", target.asked)
	}
	for _, spans := range [][]explain.Span{
		{{Start: 0, End: 30}}, {{Start: -1, End: 2}}, {{Start: 2, End: 2}}, {{Start: 3, End: 5}},
		{{Start: 6, End: 14}, {Start: 10, End: 18}}, {{Start: 5, End: 6}},
	} {
		if _, err := (text.Options{Unit: unit.Custom, Spans: spans}).NewGame(r, s, target); err == nil {
			t.Errorf("spans %v were accepted", spans)
		}
		if _, err := (text.Options{Keep: spans}).NewGame(r, s, target); err == nil {
			t.Errorf("kept parts %v were accepted", spans)
		}
	}
	if _, err := (text.Options{Spans: []explain.Span{{Start: 0, End: 5}}}).NewGame(r, s, target); err == nil {
		t.Error("spans were accepted for words")
	}
}

func TestUnitsThatShareATokenAreOnePlayer(t *testing.T) {
	r := newReader(t)
	g := must(t)(text.NewGame(r, "unwatchable ☃☃ film", unit.Characters, &sum{}))
	if got, want := names(g), []string{"un", "watch", "able", "☃☃", "film"}; !slices.Equal(got, want) {
		t.Errorf("players %q, want %q", got, want)
	}
	x := explain.NewExplanation(g, explain.SV)
	if len(x.Warnings) != 1 || !strings.Contains(x.Warnings[0], "12 times a character shares a token") {
		t.Errorf("warnings %q", x.Warnings)
	}
}

// Tokens of bytes do not break characters, and white space goes with what follows.
func TestBytes(t *testing.T) {
	r := newByteReader(t, false)
	for unit, want := range map[unit.Unit]string{
		unit.Words:      "né|电|👍",
		unit.Characters: "n|é|电|👍",
		unit.Subwords:   "n|é|电|👍",
	} {
		target := &sum{read: r.spell}
		g := must(t)(text.NewGame(r, " né 电\n👍 \n", unit, target))
		if got := strings.Join(names(g), "|"); got != want {
			t.Errorf("%s: players %s, want %s", unit, got, want)
		}
		values(t, g, []int{g.Players() - 2})
		masked := strings.Repeat("[MASK] ", 4)
		if got, want := target.asked[0], masked+"Ġ ç Ķ µ "+masked+"[MASK] Ġ Ċ"; got != want {
			t.Errorf("%s\ngot  %s\nwant %s", unit, got, want)
		}
	}
	for s, masker := range map[string]text.Masker{"né": text.Drop{}, "": text.Replace{}} {
		_, err := text.Options{Masker: masker}.NewGame(r, s, &sum{})
		if err == nil || !strings.Contains(err.Error(), "nothing is left") {
			t.Errorf("%q of which nothing may be left: %v", s, err)
		}
	}
}

func TestNoPlayersAndOne(t *testing.T) {
	r := newReader(t)
	for s, players := range map[string]int{"": 0, " \n\t ": 0, "film": 1, " film ": 1, "unwatchable": 1} {
		for _, masker := range []text.Masker{text.Replace{}, text.Collapse{}, text.Drop{}, text.Hide{}, text.Rewrite{}} {
			for _, long := range []text.Long{text.Refuse, text.Truncate} {
				g := must(t)(text.Options{Masker: masker, Long: long}.NewGame(r, s, &sum{}))
				if g.Players() != players {
					t.Errorf("%q: %d players, want %d", s, g.Players(), players)
				}
				if err := g.Tree().Check(players); err != nil {
					t.Errorf("%q: %v", s, err)
				}
				if v := values(t, g, nil, everyone(g)); (v[0] == v[1]) != (players == 0) {
					t.Errorf("%q: %s: v(∅) = %v, v(N) = %v", s, masker, v[0], v[1])
				}
			}
		}
	}
	if _, err := text.NewGame(r, "bad \xff byte", unit.Words, &sum{}); err == nil {
		t.Error("a text that is not UTF-8 was accepted")
	}
}

func TestNothingIsScoredTwice(t *testing.T) {
	r := newReader(t)
	target := &sum{read: r.spell}
	g := must(t)(text.Options{Masker: text.Drop{}}.NewGame(r, "very very good", target))
	v := values(t, g, []int{0, 2}, []int{1, 2}, []int{0})
	if v[0] != v[1] {
		t.Errorf("equal sequences are worth %v and %v", v[0], v[1])
	}
	values(t, g, []int{1}, []int{0, 1, 2})
	want := []string{"[CLS] very good [SEP]", "[CLS] very [SEP]", "[CLS] very very good [SEP]"}
	if !slices.Equal(target.asked, want) {
		t.Errorf("scored %q, want %q", target.asked, want)
	}
	if x := explain.NewExplanation(g, explain.SV); x.Duplicates != 2 {
		t.Errorf("%d duplicates, want 2", x.Duplicates)
	}
}

func TestBatchesChangeNothing(t *testing.T) {
	r := newReader(t)
	var all [][]int
	for c := range 1 << 6 {
		var players []int
		for p := range 6 {
			if c>>p&1 != 0 {
				players = append(players, p)
			}
		}
		all = append(all, players)
	}
	var want []float64
	for batch, calls := range map[int]int{0: 1, 64: 1, 7: 10, 1: 64} {
		target := &sum{}
		g := must(t)(text.Options{Batch: batch}.NewGame(r, "a gripping , funny short film", target))
		got := values(t, g, all...)
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("batches of %d: other values", batch)
		}
		if target.calls != calls {
			t.Errorf("batches of %d: %d calls, want %d", batch, target.calls, calls)
		}
	}
}

func TestFailuresLeaveTheGameSound(t *testing.T) {
	r := newReader(t)
	target := &sum{}
	g := must(t)(text.NewGame(r, "a funny film", unit.Words, target))
	batch := explain.NewCoalitions(3, 2)
	batch.Append(explain.NewCoalition(3, 1))
	batch.Append(explain.Grand(3))
	dst := make([]float64, 4)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Value(ctx, dst, batch); !errors.Is(err, context.Canceled) || target.calls != 0 {
		t.Errorf("cancelled: %v after %d calls", err, target.calls)
	}
	target.err = errBroken
	if err := g.Value(t.Context(), dst, batch); !errors.Is(err, errBroken) {
		t.Errorf("broken: %v", err)
	}
	target.err = nil
	if got, want := values(t, g, []int{1}, everyone(g)), values(t, must(t)(text.NewGame(r, "a funny film", unit.Words, &sum{})), []int{1}, everyone(g)); !slices.Equal(got, want) {
		t.Errorf("after failures %v, want %v", got, want)
	}
	if err := g.Value(t.Context(), dst, explain.NewCoalitions(2, 0)); err == nil {
		t.Error("coalitions of another game were accepted")
	}
	if err := g.Value(t.Context(), dst[:3], batch); err == nil {
		t.Error("too little room was accepted")
	}
}

func TestValueDoesNotAllocateWhereAllIsKnown(t *testing.T) {
	r := newReader(t)
	g := must(t)(text.NewGame(r, strings.Repeat("a funny film ", 10), unit.Words, &sum{}))
	batch := explain.NewCoalitions(g.Players(), 30)
	for p := range g.Players() {
		batch.Append(explain.NewCoalition(g.Players(), p))
	}
	dst := make([]float64, 2*batch.Len())
	if n := testing.AllocsPerRun(5, func() {
		if err := g.Value(context.Background(), dst, batch); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	r := newReader(t)
	target := &wide{outputs: 1 << 19}
	g := must(t)(text.NewGame(r, "a gripping , funny film", unit.Words, target))
	batch := explain.NewCoalitions(5, 1)
	batch.Append(explain.Grand(5))
	dst := make([]float64, target.outputs)
	for p := range 5 {
		batch.At(0).Remove(p)
		if err := g.Value(t.Context(), dst, batch); err != nil {
			t.Fatal(err)
		}
	}
	batch.At(0).Fill(5)
	batch.At(0).Remove(0)
	if err := g.Value(t.Context(), dst, batch); err != nil {
		t.Fatal(err)
	}
	if target.calls != 6 {
		t.Errorf("%d calls: the game remembers more than it says", target.calls)
	}
}

// writer is a reader that knows how a text begins.
type writer struct{ reader }

func (writer) StartID() (int32, bool) { return 257, true }

// TestNothingLeftIsTheStart: of a text that is dropped whole a model that writes
// reads the token that begins one; another cannot read it.
func TestNothingLeftIsTheStart(t *testing.T) {
	r := newByteReader(t, false)
	r.maskID = -1
	target := &sum{read: r.spell}
	g := must(t)(text.Options{}.NewGame(writer{r}, "a b", target))
	values(t, g, nil, []int{1})
	if want := []string{"<s>", "Ġ b"}; !slices.Equal(target.asked, want) {
		t.Errorf("asked %q, want %q", target.asked, want)
	}
	if _, err := (text.Options{Masker: text.Drop{}}).NewGame(r, "a b", target); err == nil || !strings.Contains(err.Error(), "nothing is left") || !strings.Contains(err.Error(), "delete words or name a token") {
		t.Errorf("error %v", err)
	}
	if _, err := (text.Options{}).NewGame(r, "ab", target); err == nil || !strings.Contains(err.Error(), "nothing is left") {
		t.Errorf("of one word without anything around it: error %v", err)
	}
}

// classer is a reader with classes, and with something to tell of its checkpoint.
type classer struct{ reader }

func (classer) Labels() []string   { return []string{"a", "b"} }
func (classer) Warnings() []string { return []string{"an odd checkpoint"} }

// TestDefaultMasker: without a mask token the game takes a masker that works,
// and an explanation tells which, and what the model warns of.
func TestDefaultMasker(t *testing.T) {
	bare, begins := newByteReader(t, false), newByteReader(t, true)
	bare.maskID, begins.maskID = -1, -1
	for _, c := range []struct {
		r            reader
		want, masker string
		long         text.Long
	}{{bare, "Ġ b", "delete", text.Refuse}, {begins, "<s> Ġ b", "drop", text.Refuse}, {begins, "<s> Ġ b", "drop", text.Window}} {
		target := &sum{read: c.r.spell}
		g := must(t)(text.Options{Long: c.long}.NewGame(classer{c.r}, "a b", target))
		values(t, g, nil, []int{1})
		if got := target.asked[len(target.asked)-1]; got != c.want {
			t.Errorf("%s: asked %q, want %q", c.masker, target.asked, c.want)
		}
		x := &explain.Explanation{Players: make([]explain.Player, g.Players())}
		g.Describe(x)
		told := strings.Join(x.Warnings, "\n")
		if x.Subject.Masker != c.masker || !strings.Contains(told, "masker "+c.masker) || !strings.Contains(told, "an odd checkpoint") {
			t.Errorf("masker %s, warnings %q, want %s", x.Subject.Masker, x.Warnings, c.masker)
		}
	}
}

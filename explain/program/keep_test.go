package program_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/program"
)

// counted is a game of 70 players that counts what it is asked, and fails when
// it has been asked for so many.
func counted(most int, asked *int) explain.Game {
	g := explain.Func(70, func(c explain.Coalition) float64 { return float64(c.Size()) / 3 })
	return &failing{explain.Observe(g, func(n int) { *asked += n }), most}
}

var errNoMore = errors.New("no more")

// failing is a game that fails with the batch by which it would have been asked for more than left.
type failing struct {
	explain.Game
	left int
}

func (f *failing) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	if batch.Len() > f.left {
		return errNoMore
	}
	f.left -= batch.Len()
	return f.Game.Value(ctx, dst, batch)
}

// singles returns the coalitions of one player each, all players n times over.
func singles(n int) *explain.Coalitions {
	batch := explain.NewCoalitions(70, 0)
	for i := range 70 * n {
		batch.Append(explain.NewCoalition(70, i%70, (i+i/70)%70))
	}
	return batch
}

// value asks a kept game for the values of batch.
func value(t *testing.T, g explain.Game, file string, batch *explain.Coalitions) ([]float64, error) {
	t.Helper()
	k, err := program.Keep(g, file)
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float64, batch.Len())
	err = k.Value(context.Background(), dst, batch)
	return dst, errors.Join(err, k.Close())
}

// TestKeep: what was learnt is known later, to the last bit, also what was
// learnt before the game failed.
func TestKeep(t *testing.T) {
	file := filepath.Join(t.TempDir(), "values")
	batch := singles(6)
	asked := 0
	if _, err := value(t, counted(300, &asked), file, batch); !errors.Is(err, errNoMore) || asked != 256 {
		t.Fatalf("%d asked, %v", asked, err)
	}
	got, err := value(t, counted(1000, &asked), file, batch)
	distinct := map[string]bool{}
	for i, c := range batch.All() {
		distinct[c.Key()] = true
		if got[i] != float64(c.Size())/3 {
			t.Errorf("coalition %d is worth %v", i, got[i])
		}
	}
	if err != nil || asked != len(distinct) {
		t.Errorf("%d asked of %d, %v", asked, len(distinct), err)
	}
	again, err := value(t, counted(0, &asked), file, batch)
	if err != nil || !slices.Equal(again, got) {
		t.Errorf("%v (%v), want %v", again, err, got)
	}
}

// TestKeptCutOff: a last line that was not written to its end is learnt anew.
func TestKeptCutOff(t *testing.T) {
	file := filepath.Join(t.TempDir(), "values")
	asked := 0
	if _, err := value(t, counted(1000, &asked), file, singles(6)); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(file)
	if err := os.WriteFile(file, whole[:len(whole)-9], 0o600); err != nil {
		t.Fatal(err)
	}
	before := asked
	if _, err := value(t, counted(1000, &asked), file, singles(6)); err != nil || asked == before || asked-before > 256 {
		t.Errorf("%d asked anew, %v", asked-before, err)
	}
	if now, _ := os.ReadFile(file); string(now) != string(whole) {
		t.Error("the file is not as it was")
	}
}

// TestKeptBegun: a file whose first line was not written to its end is begun anew.
func TestKeptBegun(t *testing.T) {
	for _, size := range []int{0, 20, 100} {
		file := filepath.Join(t.TempDir(), "values")
		if _, err := value(t, counted(1000, new(int)), file, singles(1)); err != nil {
			t.Fatal(err)
		}
		whole, _ := os.ReadFile(file)
		if err := os.WriteFile(file, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := value(t, counted(1000, new(int)), file, singles(1)); err != nil {
			t.Error(err)
		}
		if now, _ := os.ReadFile(file); string(now) != string(whole) {
			t.Errorf("%q, want %q", now, whole)
		}
	}
}

// TestKeptLocked: a file is for one at a time, and nothing that is in it is lost.
func TestKeptLocked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "values")
	k, err := program.Keep(counted(1000, new(int)), file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := program.Keep(counted(1000, new(int)), file); err == nil || !strings.Contains(err.Error(), "another process has it open") || !strings.Contains(err.Error(), file) {
		t.Errorf("opened twice: %v", err)
	}
	batch := singles(1)
	if err := errors.Join(k.Value(t.Context(), make([]float64, batch.Len()), batch), k.Close()); err != nil {
		t.Fatal(err)
	}
	asked := 0
	if _, err := value(t, counted(1000, &asked), file, batch); err != nil || asked != 0 {
		t.Errorf("%d asked, %v", asked, err)
	}
}

// TestKeepRefuses: a file that is of something else stays as it is.
func TestKeepRefuses(t *testing.T) {
	const head = `{"n":70,"outputs":1,"players":` // and names
	names := `["` + strings.Repeat(`","`, 69) + `"]}` + "\n"
	for text, want := range map[string]string{
		`{"n": 70}` + "\n": "another game",
		"a diary":          "no values are kept there",
		head + `["another`: "no values are kept there",
		head + names + `{"masks":["1"],"values":[null]}` + "\n": "want a number",
		"a diary\n":                                              "no values are kept there",
		`{"n":3,"outputs":1}` + "\n":                             "another game",
		`{"n":70,"outputs":2}` + "\n":                            "another game",
		head + `["a"]}` + "\n":                                   "no values are kept there",
		head + strings.Replace(names, `""`, `"x"`, 1):            "another game",
		head + names + "{}}\n":                                   "line 2: holds",
		head + names + `{"masks":["1"],"values":[]}` + "\n":      "want masks and as many values",
		head + names + `{"masks":["1"],"values":[[1,2]]}` + "\n": "is \"[1,2]\", want a number",
		head + names + `{"masks":["1g"],"values":[1]}` + "\n":    "want a hexadecimal number",
		head + names + `{"masks":["4` + strings.Repeat("0", 17) + `"],"values":[1]}` + "\n": "player 70 of 70",
	} {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := program.Keep(counted(0, new(int)), file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
		if now, _ := os.ReadFile(file); string(now) != text {
			t.Errorf("%q became %q", text, now)
		}
	}
	if _, err := program.Keep(counted(0, new(int)), t.TempDir()); err == nil {
		t.Error("a folder holds values")
	}
}

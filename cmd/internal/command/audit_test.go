package command

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/whence-xai/whence/explain/bias"
)

// TestLikelihoodPrecision: a language model computes with the numbers that are named.
func TestLikelihoodPrecision(t *testing.T) {
	args := []string{"audit", "--likelihood", "causal", "--model", "stories", "--axes", "age", "--sentences", "8", "--format", "csv"}
	if exact := outputOf(t, args...); exact == outputOf(t, append(args, "--precision", "int8")...) {
		t.Errorf("in int8 as in float32:\n%s", exact)
	}
}

// TestAuditSettlesOnce: what is printed and what becomes JSON are the gaps that
// were computed once. From tallies that are empty by then nothing could be.
func TestAuditSettlesOnce(t *testing.T) {
	tally := func() *bias.Tally {
		tally := &bias.Tally{}
		for i := range 4 {
			tally.Add(&bias.Set{Axis: "age", Variants: []bias.Variant{
				{Group: "young", Term: "young", Text: "a young man"}, {Group: "old", Term: "old", Text: "an old man"},
			}}, []bias.Reading{{Score: 2 + float64(i%3), Share: 1}, {Score: float64(i % 2), Share: 0.5}})
		}
		return tally
	}
	a := &auditing{program: &program{}, flags: auditFlags{bootstrap: 50}, read: tally(), leaning: tally(), after: tally()}
	a.settle()
	made := func() (string, [][]string) {
		f := a.finding()
		data, err := json.Marshal(f.Data)
		if err != nil {
			t.Fatal(err)
		}
		return string(data), f.Long.Rows
	}
	data, rows := made()
	if len(rows) == 0 || len(a.gaps) == 0 || len(a.found.leaning) == 0 {
		t.Fatalf("%d rows, %d gaps, %d words", len(rows), len(a.gaps), len(a.found.leaning))
	}
	*a.read, *a.leaning, *a.after = bias.Tally{}, bias.Tally{}, bias.Tally{}
	if again, rest := made(); again != data || !reflect.DeepEqual(rest, rows) {
		t.Errorf("gaps are computed again:\n%s\n%s\n%v\n%v", data, again, rows, rest)
	}
}

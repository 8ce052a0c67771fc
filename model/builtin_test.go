package model

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/whence-xai/whence/model/internal/architecture"
)

// A writtenCase is a text that a built-in model wrote, with what transformers
// says of it. The file is written by testdata/golden_builtin.py.
type writtenCase struct {
	goldenCase
	Begin  int         // tokens that it was given to go on with
	Rows   []int       // of which logits are given
	Logits [][]float32 // of those rows
	Best   []int32     // the likeliest token after every one
}

// TestBuiltInWritersEqualReference: of the small models that write, logits are
// near and the likeliest tokens the same, so that greedy texts are too.
func TestBuiltInWritersEqualReference(t *testing.T) {
	var models map[string][]writtenCase
	readGolden(t, "builtin.json", &models)
	for name, p := range map[string]architecture.Purpose{"stories": architecture.NextWord, "g2p": architecture.Translation} {
		files, err := Open(filepath.Join("pretrained", name))
		if err != nil {
			t.Fatal(err)
		}
		l, err := loadModel(files, p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		m, largest := goldenModel{loaded: l, Purpose: p}, 0.0
		for i, c := range models[name] {
			rows := slices.Collect(slices.Chunk(m.run(t, nil, c.goldenCase)[0], l.Outputs()))
			for j, row := range c.Rows {
				largest = max(largest, compareRows(t, name, rows[row], c.Logits[j], realTolerance))
			}
			text := c.IDs
			if p == architecture.Translation {
				text = c.Target
			}
			for row := range rows {
				best := int32(slices.Index(rows[row], slices.Max(rows[row])))
				if best != c.Best[row] || row+1 >= c.Begin && row+1 < len(text) && best != text[row+1] {
					t.Fatalf("%s, case %d: token %d after %d, want %d", name, i, best, row, c.Best[row])
				}
			}
		}
		t.Logf("%s: largest difference %.2g", name, largest)
	}
}

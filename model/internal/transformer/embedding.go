package transformer

import "github.com/whence-xai/whence/model/internal/f32"

// An Embedding makes the first hidden row of a token: the token's row times
// Scale, plus those of its position and type, normalized, projected.
type Embedding struct {
	Tokens    Table
	Scale     float32 // of the token's row; 0 means 1
	Positions Table   // none: the model has no absolute positions
	Types     Table   // none: all tokens are of one kind
	Norm      Norm
	Project   Dense // to the width of the blocks, where tables are narrower
}

// A Table has rows of Width numbers, kept as they are stored and converted
// when they are read: of a large vocabulary a batch reads little.
// Data is the checkpoint's, which may be mapped: see [Model.Guard].
type Table struct {
	Data   []byte
	Format f32.Format
	Width  int
}

// row writes row i to dst.
func (t *Table) row(dst []float32, i int) {
	size := t.Format.Bytes(t.Width)
	f32.Convert(dst, t.Data[i*size:][:size], t.Format)
}

// sum writes the sum of the token's rows, normalized, to row. It uses term,
// which is as long.
// The order of the sum is the reference's: token, position, type.
func (e *Embedding) sum(row, term []float32, token, position int32, kind uint8) {
	e.Tokens.row(row, int(token))
	if e.Scale != 0 {
		f32.Scale(row, row, e.Scale)
	}
	if e.Positions.Width != 0 {
		e.Positions.row(term, int(position))
		f32.Add(row, row, term)
	}
	if e.Types.Width != 0 {
		e.Types.row(term, int(kind))
		f32.Add(row, row, term)
	}
	e.Norm.apply(row, 1)
}

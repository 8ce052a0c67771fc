package transformer

import "github.com/whence-xai/whence/model/internal/f32"

// A Rotary turns pairs of a head's numbers in queries and keys by angles that
// grow with the position (Su et al. 2021, "RoFormer"). Whatever stretches or
// scales the angles is in the tables.
type Rotary struct {
	Cos, Sin    []float32 // [positions][half]: the first 2·half numbers of a head are turned
	Half        int
	Interleaved bool // pairs (2i, 2i+1), not (i, i+half)
}

// turn turns a head's numbers at a position.
func (r *Rotary) turn(head []float32, position int32) {
	at := int(position) * r.Half
	cos, sin := r.Cos[at:][:r.Half], r.Sin[at:][:r.Half]
	if r.Interleaved {
		f32.RotateInterleaved(head[:2*r.Half], cos, sin)
	} else {
		f32.Rotate(head[:2*r.Half], cos, sin)
	}
}

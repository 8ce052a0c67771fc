// Package f32 holds the loops over []float32 that a transformer spends its
// time in: matrix products with packed weights, normalizations, softmax,
// activations, rotary embedding, and number conversions.
//
// Every function has one meaning, given by the generic Go code, and several
// implementations (see [Level]). They agree to the bit: an element of a
// matrix product is a single chain of fused multiply-adds over k in ascending
// order, whatever the tile it falls in; a reduction runs in a fixed number of
// virtual lanes that are folded by a fixed tree; a transcendental function is
// one polynomial evaluated by one sequence of operations.
//
// Slices that are too short for the shape asked for are a programmer's error
// and panic. Nothing here starts a goroutine or, once warm, allocates.
package f32

//go:generate sh -c "cd _asm && go run ."

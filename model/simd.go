package model

import "github.com/whence-xai/whence/model/internal/f32"

// SIMD returns which instructions of the processor models run on: "avx512",
// "avx2", "neon" or "generic". The environment variable WHENCE_SIMD can lower
// the choice, and the numbers stay the same.
func SIMD() string { return f32.Active().String() }

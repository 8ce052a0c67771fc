// Package similarity says how similar two texts are, from 0 for not at all to 1
// for the same. It is for models that give an answer and no probabilities: a part
// of a prompt matters as far as the answer is another one without it. Texts may be
// long: time and memory grow with their length, and a context ends what takes long.
package similarity

import (
	"iter"
	"math"
	"strings"
)

// Exact returns 1 for texts that are equal but for the white space around them,
// and 0 for others.
func Exact(answer, original string) float64 {
	if strings.TrimSpace(answer) == strings.TrimSpace(original) {
		return 1
	}
	return 0
}

// Cosine returns the cosine of the angle between two vectors of one length, as
// embeddings of texts are: from −1 to 1, and 0 where a vector is zero.
func Cosine[F float32 | float64](a, b []F) float64 {
	var ab, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		ab += x * y
		aa += x * x
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return max(-1, min(1, ab/(math.Sqrt(aa)*math.Sqrt(bb))))
}

// fields goes through what white space separates, as Python does.
func fields(s string) iter.Seq[string] { return strings.FieldsFuncSeq(s, space) }

// space reports whether a character is white space to Python.
func space(r rune) bool {
	// Go's unicode.IsSpace lacks U+001C to U+001F, by which str.split parts too.
	return r >= 0x1c && r <= 0x1f || strings.ContainsRune("\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000", r) || r >= 0x2000 && r <= 0x200a
}

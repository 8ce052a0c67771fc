package architecture

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"

	"github.com/whence-xai/whence/model/internal/f32"
)

// redrawn returns a matrix of the same size with independent normal numbers of
// the mean and the deviation that w has. Its seed is that of the options and
// the matrix's name, so that it does not depend on which other ones are read.
// That is the randomization of Adebayo et al. 2018, "Sanity Checks for Saliency Maps": an
// explanation that stays the same does not speak of the model.
func redrawn(w f32.Weights, name string, seed uint64) f32.Weights {
	old := make([]float32, w.In*w.Out)
	f32.Convert(old, w.Bytes, w.Format)
	// in double precision, in the order of the numbers
	mean, square := 0.0, 0.0
	for _, v := range old {
		mean += float64(v) / float64(len(old))
	}
	for _, v := range old {
		square += (float64(v) - mean) * (float64(v) - mean) / float64(len(old))
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	rng, deviation := rand.New(rand.NewPCG(seed, h.Sum64())), math.Sqrt(square)
	w.Bytes, w.Format = make([]byte, 0, 4*len(old)), f32.Float32
	for range old {
		w.Bytes = binary.LittleEndian.AppendUint32(w.Bytes, math.Float32bits(float32(mean+deviation*rng.NormFloat64())))
	}
	return w
}

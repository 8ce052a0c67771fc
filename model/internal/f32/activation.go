package f32

// An Activation is a function applied to every element.
type Activation uint8

// The activations of transformer feed-forward layers and heads.
const (
	None     Activation = iota
	GELU                // x·Φ(x), Φ by the error function
	GELUTanh            // its approximation by tanh, as in GPT-2
	ReLU                // max(x, 0)
	SiLU                // x/(1+e⁻ˣ)
	Tanh
)

// Apply writes a of every element of x to dst, which may be x. They have the
// same length.
func (a Activation) Apply(dst, x []float32) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = a.at(v)
	}
}

// Gate writes a(gate)·up to dst, which may be either. They have the same
// length. It is the middle of a gated feed-forward layer.
func Gate(dst, gate, up []float32, a Activation) {
	gate, up = gate[:len(dst)], up[:len(dst)]
	for i := range dst {
		dst[i] = float32(a.at(gate[i]) * up[i])
	}
}

// at returns a(x).
func (a Activation) at(x float32) float32 {
	switch a {
	case GELU:
		return gelu(x)
	case GELUTanh:
		return geluTanh(x)
	case ReLU:
		return max(x, 0)
	case SiLU:
		return silu(x)
	case Tanh:
		return tanh(x)
	}
	return x
}

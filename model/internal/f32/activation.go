package f32

// An Activation is a function applied to every element.
type Activation uint8

// The activations of transformer feed-forward layers and heads.
const (
	None     Activation = Activation(funcIdentity)
	GELU     Activation = Activation(funcGELU)     // x·Φ(x), Φ by the error function
	GELUTanh Activation = Activation(funcGELUTanh) // its approximation by tanh, as in GPT-2
	ReLU     Activation = Activation(funcReLU)     // max(x, 0)
	SiLU     Activation = Activation(funcSiLU)     // x/(1+e⁻ˣ)
	Tanh     Activation = Activation(funcTanh)
)

// Apply writes a of every element of x to dst, which may be x. They have the
// same length.
func (a Activation) Apply(dst, x []float32) { apply(active, function(a), dst, x, nil) }

// Gate writes a(gate)·up to dst, which may be either. They have the same
// length. It is the middle of a gated feed-forward layer.
func Gate(dst, gate, up []float32, a Activation) { apply(active, function(a), dst, gate, up) }

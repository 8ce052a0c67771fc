package architecture

import (
	"math"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// A rope is how fast the pairs of numbers that rotary position embedding turns
// go round. The arithmetic is that of transformers step by step, in float32:
// at a position of thousands its rounding shows in the results.
type rope struct {
	frequencies []float32 // radians a position, of every pair
	scale       float64   // of the turned numbers
	positions   int       // up to which this holds
}

// ropeOf reads the rotary embedding of heads of that size. The configs of
// transformers 5 have all in rope_parameters, perhaps apart for every kind of
// layer; older ones have the base under one of keys, and rope_scaling.
// Kind is that of layer_types, "" where all blocks turn alike. Positions bound the tables.
func ropeOf(c *checkpoint.Config, kind string, size, positions int, base float64, keys ...string) *rope {
	p := c.In("rope_parameters")
	if kind != "" && p.Has(kind) {
		p = p.In(kind)
	}
	base = p.Positive(c.Positive(base, keys...), "rope_theta")
	fraction := p.Number(c.Number(1, "partial_rotary_factor", "rotary_pct"), "partial_rotary_factor")
	if !c.Given("rope_parameters") && kind != "sliding_attention" {
		p = c.In("rope_scaling")
	}
	// the first numbers of a head, the rest stays
	turned := int(float64(size) * fraction)
	if turned < 2 || turned > size || turned%2 != 0 {
		c.Fail("of a head's %d numbers %d are turned, which are no pairs", size, turned)
		turned = 2
	}
	r := &rope{frequencies: make([]float32, turned/2), scale: 1, positions: min(positions, checkpoint.MaxPositions)}
	for i := range r.frequencies {
		r.frequencies[i] = 1 / power(base, i, turned)
	}
	r.stretch(c, p, base)
	return r
}

// power returns the base to the power of 2i/size.
func power(base float64, i, size int) float32 {
	return float32(math.Pow(base, float64(float32(2*i)/float32(size))))
}

// stretch changes the frequencies as p says, for texts longer than those that
// the model was first trained on.
// The names are those of transformers (modeling_rope_utils.py).
func (r *rope) stretch(c, p *checkpoint.Config, base float64) {
	original := func() int {
		n := p.Size(r.positions, "original_max_position_embeddings")
		return c.Size(n, "original_max_position_embeddings")
	}
	switch kind := p.Word("default", "rope_type", "type"); kind {
	case "default", "dynamic": // the latter is the same up to the positions of the config
	case "linear":
		factor := float32(p.Positive(0, "factor"))
		for i := range r.frequencies {
			r.frequencies[i] /= factor
		}
	case "llama3":
		r.llama3(p, float32(original()))
	case "yarn":
		r.yarn(p, base, original())
	case "longrope", "su":
		r.longrope(p, base, original())
	default:
		c.Fail("rope_type %q is not supported; supported: default, linear, dynamic, llama3, yarn, longrope", kind)
	}
}

// llama3 slows down what turns slowly, as Llama 3.1 does.
// What turns more than high_freq_factor times in the first context stays, what turns
// less than low_freq_factor times is slowed down by factor, and between the two it is
// interpolated.
func (r *rope) llama3(p *checkpoint.Config, original float32) {
	factor := float32(p.Positive(0, "factor"))
	low, high := float32(p.Positive(0, "low_freq_factor")), float32(p.Positive(0, "high_freq_factor"))
	for i, f := range r.frequencies {
		// positions of a whole turn
		length := 2 * math.Pi / f
		switch smooth := (original/length - low) / (high - low); {
		case length > original/low:
			r.frequencies[i] = f / factor
		case length >= original/high:
			r.frequencies[i] = float32((1-smooth)*f/factor) + float32(smooth*f)
		}
	}
}

// yarn slows down what turns slowly and scales the scores (Peng et al. 2023,
// "YaRN").
// Pairs that turn more than beta_fast times in the first context stay as they are, those
// of less than beta_slow are interpolated, and between them is a ramp.
func (r *rope) yarn(p *checkpoint.Config, base float64, original int) {
	factor := p.Positive(0, "factor")
	scale := func(m float64) float64 {
		if factor <= 1 {
			return 1
		}
		return 0.1*m*math.Log(factor) + 1
	}
	r.scale = scale(1)
	if m, all := p.Number(0, "mscale"), p.Number(0, "mscale_all_dim"); m != 0 && all != 0 {
		r.scale = scale(m) / scale(all)
	}
	r.scale = p.Positive(r.scale, "attention_factor")
	size := 2 * len(r.frequencies)
	// the number of the pair, not whole, that turns so often
	pair := func(turns float64) float64 {
		return float64(size) * math.Log(float64(original)/(turns*2*math.Pi)) / (2 * math.Log(base))
	}
	lo, hi := pair(p.Positive(32, "beta_fast")), pair(p.Positive(1, "beta_slow"))
	if p.Flag(true, "truncate") {
		lo, hi = math.Floor(lo), math.Ceil(hi)
	}
	lo, hi = max(lo, 0), min(hi, float64(size-1))
	if lo == hi {
		hi += 0.001
	}
	for i := range r.frequencies {
		slow := 1 - min(max((float32(i)-float32(lo))/float32(hi-lo), 0), 1)
		f := power(base, i, size)
		r.frequencies[i] = float32(1/(float32(factor)*f)*(1-slow)) + float32(1/f*slow)
	}
}

// longrope has a factor of its own for every pair (Ding et al. 2024,
// "LongRoPE"). There are others for long texts, under which short ones would
// have other numbers; so it ends where they begin.
func (r *rope) longrope(p *checkpoint.Config, base float64, original int) {
	var factors []float32
	p.Read(&factors, "short_factor")
	if len(factors) != len(r.frequencies) {
		p.Fail("%s has %d numbers, not %d", p.Name("short_factor"), len(factors), len(r.frequencies))
		return
	}
	factor := p.Positive(float64(r.positions)/float64(original), "factor")
	if factor > 1 {
		r.scale = math.Sqrt(1 + math.Log(factor)/math.Log(float64(original)))
	}
	r.scale = p.Positive(r.scale, "attention_factor")
	r.positions = min(r.positions, original)
	for i := range r.frequencies {
		r.frequencies[i] = 1 / float32(factors[i]*power(base, i, 2*len(r.frequencies)))
	}
}

// rotary returns the tables of r, which are computed when weights are packed.
// The tables are [positions][half], times the scale, so that turning scales as well.
func (w weights) rotary(r *rope) *transformer.Rotary {
	half := len(r.frequencies)
	t := &transformer.Rotary{Half: half}
	w.Later(func() {
		t.Cos, t.Sin = make([]float32, r.positions*half), make([]float32, r.positions*half)
		for p := range r.positions {
			for i, f := range r.frequencies {
				sin, cos := math.Sincos(float64(float32(p) * f))
				t.Cos[p*half+i], t.Sin[p*half+i] = float32(float32(cos)*float32(r.scale)), float32(float32(sin)*float32(r.scale))
			}
		}
	})
	return t
}

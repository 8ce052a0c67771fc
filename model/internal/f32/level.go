package f32

import "os"

// A Level is a set of processor instructions that the kernels are written in.
type Level uint8

// The levels, each faster than those before it on the machines that have it.
const (
	Generic Level = iota // plain Go, on every platform
	NEON                 // arm64
	AVX2                 // amd64 with AVX2, FMA and F16C
	AVX512               // amd64 with AVX-512 F, BW, DQ and VL
)

// levelNames are the names by Level.
var levelNames = [...]string{"generic", "neon", "avx2", "avx512"}

// active is settled once, before main starts.
var active = chooseLevel(os.Getenv("WHENCE_SIMD"), hasLevel)

// Active returns the level in use: the best that the processor has, or the one
// that the environment variable WHENCE_SIMD names ("generic", "neon", "avx2",
// "avx512"), if the processor has it. Any other value is ignored, so what ran
// is what Active says and never what was wished for. Built with the tag purego
// the package has no level but Generic.
func Active() Level { return active }

// String returns the level's name as WHENCE_SIMD takes it.
func (l Level) String() string { return levelNames[l] }

// chooseLevel returns the level called wish if has reports it present, else
// the highest present one.
// It is a function of its arguments, for the tests of all machines on one.
func chooseLevel(wish string, has func(Level) bool) Level {
	best := Generic
	for l := Generic; l <= AVX512; l++ {
		if !has(l) {
			continue
		}
		if wish == l.String() {
			return l
		}
		best = l
	}
	return best
}

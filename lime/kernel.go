package lime

import (
	"math"

	"github.com/whence-xai/whence/explain"
)

// A Kernel tells how much a coalition counts in the fit: a finite number, not
// negative, that depends on nothing but who is present. It must not keep the coalition.
type Kernel func(present explain.Coalition, players int) float64

// Cosine returns the kernel √exp(−D²/width²), where D is 100 times the cosine
// distance between the coalition and the grand one as vectors of zeros and ones:
// D = 100·(1 − √(k/n)) for k of n players.
func Cosine(width float64) Kernel {
	return func(present explain.Coalition, players int) float64 {
		if players == 0 {
			return 1
		}
		d := 100 * (1 - math.Sqrt(float64(present.Size())/float64(players)))
		return math.Exp(-d * d / (2 * width * width))
	}
}

//go:build purego || !(amd64 || arm64)

package f32

// The kernels at level l: there is assembly for none of them here.

func applyRows(_ Level, f function, dst, x, up []float32, n, rows, stride int) {
	applyRowsGeneric(f, dst, x, up, n, rows, stride)
}

func sum(_ Level, x []float32) float32                      { return sumGeneric(x) }
func sumSquares(_ Level, x []float32, mean float32) float32 { return sumSquaresGeneric(x, mean) }
func largest(_ Level, x []float32) float32                  { return largestGeneric(x) }

func expSum(_ Level, dst, x []float32, largest float32) float32 {
	return expSumGeneric(dst, x, largest)
}

func softmax(_ Level, x []float32, n, rows, stride int) { softmaxGeneric(x, n, rows, stride) }

func add(_ Level, dst, x, y []float32)                 { addGeneric(dst, x, y) }
func scale(_ Level, dst, x []float32, s float32)       { scaleGeneric(dst, x, s) }
func rotate(_ Level, x, cos, sin []float32)            { rotateGeneric(x, cos, sin) }
func rotateInterleaved(_ Level, x, cos, sin []float32) { rotateInterleavedGeneric(x, cos, sin) }

func normalize(_ Level, dst, x, gain, bias []float32, mean, scale float32) {
	normalizeGeneric(dst, x, gain, bias, mean, scale)
}

func fromFloat16(_ Level, dst []float32, src []byte)  { fromFloat16Generic(dst, src) }
func fromBFloat16(_ Level, dst []float32, src []byte) { fromBFloat16Generic(dst, src) }

func transpose(_ Level, dst []float32, ldd int, src []float32, lds, n int) {
	transposeGeneric(dst, ldd, src, lds, n)
}

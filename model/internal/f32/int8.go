package f32

import (
	"fmt"
	"math"
)

// An Int8Matrix is the right-hand side of a product in 8-bit integers: a
// column's numbers are -127…127 times the column's scale. It is made for one
// level. Once filled it may be read by any number of goroutines.
type Int8Matrix struct {
	shape
	numbers []byte    // by panel, step, column, and k within a step
	scale   []float32 // of each column
	sum     []int32   // of each column's integers
}

// NewInt8Matrix returns a matrix of zeros with in rows (K) and out columns (N),
// for Active(), to be filled by [Int8Matrix.Fill]. It holds at most 65,536 rows.
func NewInt8Matrix(in, out int) *Int8Matrix { return newInt8Matrix(int8Level(active), in, out) }

// PackInt8 returns the matrix of w, which is [out][in] row-major.
func PackInt8(w []float32, out, in int) *Int8Matrix {
	m := NewInt8Matrix(in, out)
	m.Fill(0, &Weights{In: in, Out: out, Floats: w}, 0, out)
	return m
}

func newInt8Matrix(l Level, in, out int) *Int8Matrix {
	const most = math.MaxInt32 / (255 * 127) // of products that a sum holds
	if in > most {
		panic(fmt.Sprintf("f32: %d rows in a matrix of integers", in))
	}
	m := &Int8Matrix{shape: newShape(l, in, out)}
	m.numbers = aligned[byte](m.stored() * 4 * m.steps())
	m.scale, m.sum = make([]float32, m.stored()), make([]int32, m.stored())
	return m
}

// Bytes returns the memory that the numbers take.
func (m *Int8Matrix) Bytes() int { return len(m.numbers) + 4*len(m.scale) + 4*len(m.sum) }

// words reports whether integers take words at level l.
func (l Level) words() bool { return l == AVX2 }

// deep is how many k a step covers, in four bytes: four in bytes, or two in
// words where the processor cannot multiply bytes.
func (l Level) deep() int {
	if l.words() {
		return 2
	}
	return 4
}

// steps returns how many steps lead along k.
func (m *Int8Matrix) steps() int { return (m.in + m.level.deep() - 1) / m.level.deep() }

// panel returns the numbers of panel p and the bytes of a step.
func (m *Int8Matrix) panel(p int) (b []byte, stride int) {
	begin, end, stride := m.place(p, m.steps(), 4)
	return m.numbers[begin:end], stride
}

// Fill writes outputs lo..hi of w to the columns of m from column+lo on. Calls
// for separate columns may run at the same time.
func (m *Int8Matrix) Fill(column int, w *Weights, lo, hi int) {
	m.checkFill(column, w, lo, hi)
	w.Each(lo, hi, func(o int, x []float32) { m.SetColumn(column+o, x) })
}

// SetColumn quantizes the In() numbers of column at. If one is not finite, nor
// is the scale.
func (m *Int8Matrix) SetColumn(at int, x []float32) {
	lo, hi, fault := extent(m.level, x)
	widest := max(-lo, hi)
	inverse := inverseOf(widest, 127)
	p := at / m.width
	b, stride := m.panel(p)
	b = b[4*(at-p*m.width):]
	var sum int32
	if m.level.words() {
		for k, v := range x {
			q := int32(float32(v*inverse) + magic - magic)
			sum += q
			i := k/2*stride + k%2*2
			b[i], b[i+1] = byte(q), byte(q>>8)
		}
	} else {
		for k, v := range x {
			q := int32(float32(v*inverse) + magic - magic)
			sum += q
			b[k/4*stride+k%4] = byte(q)
		}
	}
	m.scale[at], m.sum[at] = widest/127+fault, sum
}

// inverseOf returns most/width, zero where that is no number.
func inverseOf(width, most float32) float32 {
	if r := most / width; r <= math.MaxFloat32 {
		return r
	}
	return 0
}

// Int8Rows are the rows of a left-hand side in 8-bit integers: a row's numbers
// are 0…255, less its zero, times its scale, which its smallest and largest
// number (and 0) settle.
type Int8Rows struct {
	level   Level
	in, len int
	stride  int // bytes of a row
	numbers []byte
	scale   []float32
	zero    []int32
}

// Reset makes room for rows of in numbers. Memory is reused, so a warm call
// allocates nothing; what it held is lost.
func (r *Int8Rows) Reset(rows, in int) { r.reset(int8Level(active), rows, in) }

func (r *Int8Rows) reset(l Level, rows, in int) {
	r.level, r.in, r.len = l, in, rows
	r.stride = roundUp(in, registerNumbers) * 4 / l.deep()
	if n := rows * r.stride; n > cap(r.numbers) {
		r.numbers = aligned[byte](n)
	} else {
		r.numbers = r.numbers[:n]
	}
	if rows > cap(r.scale) {
		r.scale, r.zero = make([]float32, rows), make([]int32, rows)
	}
	r.scale, r.zero = r.scale[:rows], r.zero[:rows]
}

// Set quantizes rows of a, which begin lda apart, as rows at and after. Calls
// for separate rows may run at the same time. A row with NaN or infinities
// makes all its outputs NaN.
func (r *Int8Rows) Set(at int, a []float32, lda, rows int) {
	checkRows(at, rows, r.len, r.in, len(a), lda)
	for i := at; i < at+rows; i++ {
		x := a[(i-at)*lda:][:r.in]
		lo, hi, fault := extent(r.level, x)
		inverse := inverseOf(hi-lo, 255)
		zero := float32(-lo*inverse) + magic - magic
		r.scale[i], r.zero[i] = (hi-lo)/255+fault, int32(zero)
		quantize(r.level, r.numbers[i*r.stride:][:r.stride], x, inverse, zero)
	}
}

// extentGeneric returns the least and the largest of x and 0, and 0, or NaN if
// x has elements that are not finite.
func extentGeneric(x []float32) (lo, hi, fault float32) {
	for _, v := range x {
		if v < lo {
			lo = v
		}
		if v > hi {
			hi = v
		}
		fault += v - v
	}
	return lo, hi, fault
}

// quantizeGeneric writes x·inverse+zero, rounded to 0…255, to dst, as the
// level has it.
func quantizeGeneric(l Level, dst []byte, x []float32, inverse, zero float32) {
	for i, v := range x {
		q := fma(v, inverse, zero)
		if !(q > 0) {
			q = 0
		}
		q = min(q, 255) + magic - magic
		if l.words() {
			dst[2*i], dst[2*i+1] = byte(int32(q)), 0
		} else {
			dst[i] = byte(int32(q))
		}
	}
}

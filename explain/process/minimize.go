package process

import "math"

const (
	memory    = 8    // steps that shape the next one
	tolerance = 0.02 // of the gradient's largest element: a hundredth of a log-likelihood is nothing
)

// minimize walks from start downhill by L-BFGS (Liu & Nocedal 1989) until the
// gradient is small or f has been evaluated so many times, and returns the best
// point. f returns the value at a point and writes the gradient.
func minimize(f func(point, gradient []float64) float64, start []float64, evaluations int) []float64 {
	n := len(start)
	x, g := append([]float64(nil), start...), make([]float64, n)
	value := f(x, g)
	var history []pair
	next, slope, direction := make([]float64, n), make([]float64, n), make([]float64, n)
	for used := 1; used < evaluations && largest(g) > tolerance; {
		for i := range direction {
			direction[i] = -g[i]
		}
		applyInverseHessian(direction, history)
		step := 1.0
		if len(history) == 0 {
			// The first step knows nothing of the curvature: no logarithm moves by
			// more than one.
			step = min(1, 1/largest(g))
		}
		down := dot(direction, g)
		accepted := false
		for ; used < evaluations && !accepted; used++ {
			for i := range next {
				next[i] = x[i] + step*direction[i]
			}
			at := f(next, slope)
			// Armijo's condition: at least a ten-thousandth of what the slope
			// promises.
			if at <= value+1e-4*step*down {
				history = extendHistory(history, x, next, g, slope)
				x, next, g, slope, value = next, x, slope, g, at
				accepted = true
			} else if fitted := -down * step * step / (2 * (at - value - step*down)); at < math.Inf(1) && fitted > step/10 {
				step = min(fitted, step/2) // the lowest point of a parabola
			} else {
				step /= 10
			}
		}
		if !accepted {
			break
		}
	}
	return x
}

// A pair is a step and the change of the gradient along it.
type pair struct {
	step, change []float64
	product      float64
}

// extendHistory appends the step from x to next and the change of the gradient along
// it, and forgets the oldest beyond memory of them: what L-BFGS knows of the curvature
// (Nocedal 1980). A step along which the gradient does not grow tells nothing of it.
func extendHistory(history []pair, x, next, g, slope []float64) []pair {
	p := pair{step: make([]float64, len(x)), change: make([]float64, len(x))}
	for i := range x {
		p.step[i] = next[i] - x[i]
		p.change[i] = slope[i] - g[i]
	}
	p.product = dot(p.step, p.change)
	if p.product <= 1e-12*dot(p.change, p.change) {
		return history // no upward curve along this step
	}
	if len(history) == memory {
		history = history[1:]
	}
	return append(history, p)
}

// applyInverseHessian multiplies v by the inverse Hessian that history suggests (the two loops
// of Nocedal 1980).
func applyInverseHessian(v []float64, history []pair) {
	along := make([]float64, len(history))
	for i := len(history) - 1; i >= 0; i-- {
		h := &history[i]
		along[i] = dot(h.step, v) / h.product
		axpy(v, -along[i], h.change)
	}
	if len(history) > 0 {
		last := history[len(history)-1]
		// The usual start of the recursion (Nocedal & Wright 2006, eq. 7.20).
		scale := last.product / dot(last.change, last.change)
		for i := range v {
			v[i] *= scale
		}
	}
	for i := range history {
		h := &history[i]
		axpy(v, along[i]-dot(h.change, v)/h.product, h.step)
	}
}

// largest returns the largest absolute value.
func largest(v []float64) float64 {
	m := 0.0
	for _, x := range v {
		m = max(m, math.Abs(x))
	}
	return m
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

// axpy adds a·x to y, which may be longer.
func axpy(y []float64, a float64, x []float64) {
	for i, v := range x {
		y[i] += a * v
	}
}

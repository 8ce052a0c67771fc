"""Finds the polynomials in coefficients.go: the smallest largest error.

    python fit.py

Written for Python 3.11, numpy 2, scipy 1. Prints each with its largest error
before its coefficients are rounded to float32; what the kernels make of them
is measured by the tests of package f32.
"""
import numpy as np
from scipy.special import log_ndtr, ndtr


def polynomial(f, weight, x, u, degree, rounds=2000):
    """P(u) that makes the largest |weight*(P-f(x))| small: least squares,
    reweighted (Lawson)."""
    basis = np.polynomial.chebyshev.chebvander(2 * u / u.max() - 1, degree)
    lawson, best = np.ones_like(x), (np.inf, None)
    for _ in range(rounds):
        s = np.sqrt(lawson) * weight(x)
        c = np.linalg.lstsq(basis * s[:, None], f(x) * s, rcond=1e-16)[0]
        error = np.abs(weight(x) * (basis @ c - f(x)))
        if error.max() < best[0]:
            best = error.max(), c
        lawson *= error / error.max() + 1e-3
        lawson /= lawson.sum()
    c = np.polynomial.Chebyshev(best[1], domain=[0, u.max()]).convert(kind=np.polynomial.Polynomial).coef
    return best[0], c


def nodes(lo, hi, n=4000):
    return lo + (hi - lo) * (np.cos(np.pi * (np.arange(n) + 0.5) / n) + 1) / 2


def show(name, fit):
    print(f"{name}: {fit[0]:.3g}\n   ", ", ".join(f"{v:.10g}" for v in fit[1]))


def shifted(fit, lo):
    """The polynomial in u-lo as one in u."""
    return fit[0], np.polynomial.Polynomial(fit[1])(np.polynomial.Polynomial([-lo, 1])).coef


# exp(r) = 1 + r + r²·P(r), |r| ≤ ln 2 / 2: relative error
h = np.log(2) / 2
x = nodes(-h, h)
x = x[np.abs(x) > 1e-3]
show("exp", shifted(polynomial(lambda r: (np.expm1(r) - r) / r**2, lambda r: r**2 / np.exp(r), x, x + h, 4), -h))

# 2^f = 1 + f·P(f), |f| ≤ 1/2: relative error
x = nodes(-0.5, 0.5)
x = x[np.abs(x) > 1e-3]
show("pow2", shifted(polynomial(lambda f: (2**f - 1) / f, lambda f: np.abs(f) / 2**f, x, x + 0.5, 4), -0.5))

# log2((1-Φ(x))/Φ(x)) = x·P(x²): absolute error of x/(1+2^that), which is GELU
x = np.sqrt(nodes(1e-9, 1)) * 5.5
show("gelu", polynomial(lambda t: (log_ndtr(-t) - log_ndtr(t)) / np.log(2) / t,
                        lambda t: t**2 * ndtr(-t) * np.log(2), x, x**2, 6))

# tanh(x) = x + x³·P(x²) for |x| ≤ 0.55, beyond which it is 1 - 2/(exp(2x)+1): relative error
x = np.sqrt(nodes(1e-4, 1)) * 0.6
show("tanh", polynomial(lambda t: (np.tanh(t) - t) / t**3, lambda t: t**3 / np.tanh(t), x, x**2, 4))

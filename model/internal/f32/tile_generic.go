//go:build purego || !(amd64 || arm64)

package f32

// assembly reports whether it wrote the product: there is no assembly here.
func (g *gemm) assembly() bool { return false }

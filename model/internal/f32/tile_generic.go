//go:build purego || !amd64

package f32

// gemmTiles reports whether it wrote the product: there is no assembly here.
func gemmTiles(*gemmCall) bool { return false }

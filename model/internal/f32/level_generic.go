//go:build purego || !(amd64 || arm64)

package f32

// hasLevel reports whether the processor, and this build, have level l.
func hasLevel(l Level) bool { return l == Generic }

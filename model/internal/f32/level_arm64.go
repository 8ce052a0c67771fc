//go:build !purego

package f32

// hasLevel reports whether the processor, and this build, have level l. Every
// arm64 processor that Go runs on has NEON.
func hasLevel(l Level) bool { return l == Generic || l == NEON }

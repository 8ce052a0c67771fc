package f32

// hasLevel reports whether the processor has level l.
func hasLevel(l Level) bool { return l == Generic }

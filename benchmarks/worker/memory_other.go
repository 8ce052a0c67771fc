//go:build !linux

package main

// peakMegabytes is measured on Linux only.
func peakMegabytes() float64 { return 0 }

package main

import "golang.org/x/sys/unix"

// peakMegabytes returns the largest resident size of the process so far.
func peakMegabytes() float64 {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return float64(usage.Maxrss) / 1024
}

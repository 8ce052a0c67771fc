package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// peakMegabytes returns the largest resident size of the process so far. What
// getrusage tells would include that of the process that started this one.
func peakMegabytes() float64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if size, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			var kilobytes float64
			if _, err := fmt.Sscan(size, &kilobytes); err == nil {
				return kilobytes / 1024
			}
		}
	}
	return 0
}

//go:build !linux

package f32

import "time"

// begun is when the tests began.
var begun = time.Now()

// cpuTime returns the time of the wall clock.
func cpuTime() time.Duration { return time.Since(begun) }

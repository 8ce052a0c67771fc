package f32

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime returns the processor time of the calling thread, which leaves out
// what other processes took. The caller holds on to its thread.
func cpuTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}

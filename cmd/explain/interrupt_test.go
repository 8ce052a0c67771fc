//go:build unix

package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestInterruptPipe: one Ctrl-C ends the program also while it waits for somebody to
// read the pipe that is its output.
func TestInterruptPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "--prompt", "a good film", "--verbose", "--output", pipe)
	cmd.Env = append(os.Environ(), "WHENCE_CRASH_PROGRAM=1")
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	said, last := bufio.NewScanner(stderr), ""
	for said.Scan() {
		if last = said.Text(); strings.Contains(last, "coalitions valued") { // then the output is opened
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 130 || last != "explain: interrupted" {
		t.Errorf("%v: %q", err, last)
	}
}

//go:build unix

package program

import (
	"os/exec"
	"syscall"
)

// Shell returns the command that the shell makes of a line: sh -c LINE, and on
// Windows cmd /C LINE.
func Shell(line string) *exec.Cmd { return exec.Command("sh", "-c", line) } //nolint:gosec // to run a line is what it is for

// isolate puts a program and whatever it starts in a process group of its own.
func isolate(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}

// kill stops the program's process group at once.
func (p *process) kill() { _ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }

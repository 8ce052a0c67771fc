package program

import (
	"os/exec"
	"syscall"
)

// Shell returns the command that the shell makes of a line: cmd /C LINE, and
// elsewhere sh -c LINE.
func Shell(line string) *exec.Cmd {
	cmd := exec.Command("cmd")
	// cmd has rules of its own for quotes: with /S it takes off the outer ones.
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd /S /C "` + line + `"`}
	return cmd
}

// isolate does nothing: there are no process groups.
func isolate(*exec.Cmd) {}

// kill stops the program at once. What it started sees its input end.
func (p *process) kill() { _ = p.cmd.Process.Kill() }

// A guard is none: what the program started sees its input end.
type guard struct{}

func watch(int) guard { return guard{} }

func (guard) dismiss() {}

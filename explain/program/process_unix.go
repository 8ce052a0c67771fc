//go:build unix

package program

import (
	"fmt"
	"io"
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

// A guard is a process that ends a program's group when this process is gone,
// which a program that does not look at its input never learns.
type guard struct {
	line io.WriteCloser
	cmd  *exec.Cmd
}

// watch sets a guard over the group of a process. Where there is no shell, there
// is no guard.
func watch(group int) (g guard) {
	g.cmd = exec.Command("sh", "-c", fmt.Sprintf("trap '' HUP INT TERM; read done || kill -s KILL -- -%d", group)) //nolint:gosec // a number
	isolate(g.cmd)                                                                                                 // what ends this process shall not end it
	var err error
	if g.line, err = g.cmd.StdinPipe(); err == nil {
		err = g.cmd.Start()
	}
	if err != nil {
		return guard{}
	}
	return g
}

// dismiss ends a guard: the group is no more.
func (g guard) dismiss() {
	if g.cmd == nil {
		return
	}
	_, _ = io.WriteString(g.line, "done\n")
	_ = g.line.Close()
	_ = g.cmd.Wait()
}

// kill stops the program's process group at once.
func (p *process) kill() { _ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }

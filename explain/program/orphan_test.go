//go:build unix

package program_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/whence-xai/whence/explain/program"
)

// held returns a pipe that ends when the last process that holds it does.
func held(t *testing.T) (read, write *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r, w
}

// TestOrphans: no program outlives the one that started it, however that ends.
func TestOrphans(t *testing.T) {
	signals := []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup, where nobody ends by it
		signals = append(signals, syscall.SIGHUP)
	}
	for _, signal := range signals {
		r, w := held(t)
		cmd := exec.Command(os.Args[0])
		cmd.Env, cmd.ExtraFiles = append(os.Environ(), "PART=adopt"), []*os.File{w}
		in, err := cmd.StdinPipe() // stays open: it is not its end that matters
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		w.Close()
		if said, _ := io.ReadAll(io.LimitReader(out, 2)); strings.TrimSpace(string(said)) != "2" {
			t.Fatalf("said %q", said)
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if _, err := io.ReadAll(r); err != nil { // until nobody holds it
			t.Error(err)
		}
	}
}

// TestGrandchildren: whatever a shell started ends with it, when it fails and when
// it is closed.
func TestGrandchildren(t *testing.T) {
	for _, closes := range []bool{true, false} {
		r, w := held(t)
		cmd := program.Shell(stubborn)
		if closes { // it ends with its input, and leaves a child behind
			cmd = program.Shell(`sleep 3600 & echo '{"n": 2}'; read end`)
		}
		cmd.ExtraFiles = []*os.File{w}
		g, err := program.Start(context.Background(), cmd, 0)
		if err != nil {
			t.Fatal(err)
		}
		w.Close()
		if closes {
			if err := g.Close(); err != nil {
				t.Log(err) // its child had its standard error
			}
		} else {
			g.SetTimeout(1)
			if _, err := valuesOf(g, nil); err == nil || !strings.Contains(err.Error(), "gave no answer within 1ns") {
				t.Error(err)
			}
		}
		if _, err := io.ReadAll(r); err != nil {
			t.Error(err)
		}
	}
}

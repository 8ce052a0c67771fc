package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// failureOf runs a command line that must fail, and returns the status and what was said.
func failureOf(t *testing.T, args ...string) (status int, said string) {
	t.Helper()
	var stderr bytes.Buffer
	status = Run(context.Background(), args, strings.NewReader(""), io.Discard, &stderr)
	if status == 0 || stderr.Len() == 0 {
		t.Errorf("explain %q: exit %d: %q", args, status, stderr.String())
	}
	return status, stderr.String()
}

// TestLeftovers: what killed runs left, also those with the same process id as this
// one, is in nobody's way and does not stay.
func TestLeftovers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.csv")
	mine := fmt.Sprintf("%s.%d.tmp", file, os.Getpid())
	for _, name := range []string{mine, file + "." + strings.Repeat("A", 26) + ".tmp"} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	outputOf(t, "game", "testdata/games/tabular8.npz", "--output", file)
	left, _ := os.ReadDir(filepath.Dir(file))
	if len(left) != 2 || filepath.Join(filepath.Dir(file), left[1].Name()) != mine {
		t.Errorf("left: %v", left)
	}
}

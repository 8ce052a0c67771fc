package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestMain lets the test's own program be a writer that is killed.
func TestMain(m *testing.M) {
	if name := os.Getenv("ATOMICFILE_TEST_WRITE"); name != "" {
		writeForever(name)
	}
	os.Exit(m.Run())
}

// writeForever begins a file, says so, and waits.
func writeForever(name string) {
	f, err := Create(name)
	if err == nil {
		_, err = io.WriteString(f, strings.Repeat("half ", 1<<16))
	}
	if err != nil {
		panic(err)
	}
	os.Stdout.WriteString("begun\n")
	select {}
}

// writer starts a process that is writing a file; kill ends it without warning.
func writer(t *testing.T, name string) (kill func()) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "ATOMICFILE_TEST_WRITE="+name)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "begun\n" {
		kill()
		t.Fatalf("%q (%v)", line, err)
	}
	return kill
}

func put(name, text string) error {
	return Write(name, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// wants checks what a folder has, and one of its files.
func wants(t *testing.T, name, text string, files ...string) {
	t.Helper()
	if b, err := os.ReadFile(name); err != nil || string(b) != text {
		t.Errorf("%s holds %q (%v), want %q", name, b, err, text)
	}
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, files) {
		t.Errorf("the folder has %q, want %q", got, files)
	}
}

// TestKilled: what a killed process left is gone after the next write, and what a
// living one writes stays.
func TestKilled(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out.json")
	if err := put(name, "first"); err != nil {
		t.Fatal(err)
	}
	kill := writer(t, name)
	if err := put(name, "second"); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(filepath.Dir(name))
	if len(entries) != 2 {
		t.Errorf("beside a living writer: %v", entries)
	}
	kill()
	if err := put(name, "third"); err != nil {
		t.Fatal(err)
	}
	wants(t, name, "third", "out.json")
}

// TestOthersStay: only temporary files of this very file are swept.
func TestOthersStay(t *testing.T) {
	dir := t.TempDir()
	end := strings.Repeat("A", 26) + ".tmp"
	others := []string{"a.json.1.tmp", "a.json.tmp", "aa.json." + end, "b.json." + end}
	for _, other := range others {
		if err := os.WriteFile(filepath.Join(dir, other), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "a.json."+end), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := put(filepath.Join(dir, "a.json"), "x"); err != nil {
		t.Fatal(err)
	}
	wants(t, filepath.Join(dir, "a.json"), "x", append([]string{"a.json"}, others...)...)
}

// TestFails: a file that cannot be finished leaves what stood there, and nothing else.
func TestFails(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out")
	if err := put(name, "before"); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left on device")
	err := Write(name, func(w io.Writer) error {
		if _, err := io.WriteString(w, strings.Repeat("after", 1<<16)); err != nil {
			return err
		}
		return full
	})
	if !errors.Is(err, full) {
		t.Error(err)
	}
	wants(t, name, "before", "out")
	if err := put(filepath.Dir(name), "x"); err == nil {
		t.Error("a folder was written")
	}
	if err := put(filepath.Join(name, "below"), "x"); err == nil {
		t.Error("a file below a file was written")
	}
}

// TestLinks: what a link names is written, also where it is not there yet.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("target", link); err != nil {
		t.Skip("no symbolic links here")
	}
	for _, text := range []string{"new", "again"} {
		if err := put(link, text); err != nil {
			t.Fatal(err)
		}
		wants(t, filepath.Join(dir, "target"), text, "link", "target")
		if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("the link became %v (%v)", info, err)
		}
	}
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink("loop", loop); err != nil {
		t.Fatal(err)
	}
	if err := put(loop, "x"); err == nil {
		t.Error("a link to itself was written")
	}
}

// TestPermissions: those of a file that is replaced stay, whatever the umask.
func TestPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such permissions here")
	}
	name := filepath.Join(t.TempDir(), "out")
	for _, mode := range []fs.FileMode{0o600, 0o666, 0o755} {
		if err := put(name, "x"); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		if err := put(name, "y"); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%v became %v (%v)", mode, info.Mode().Perm(), err)
		}
	}
}

// TestLongName: a name of as many bytes as there may be has a temporary file too.
func TestLongName(t *testing.T) {
	base := strings.Repeat("é", 125) + ".json"
	name := filepath.Join(t.TempDir(), base)
	if err := put(name, "x"); err != nil {
		t.Fatal(err)
	}
	writer(t, name)()
	if err := put(name, "y"); err != nil {
		t.Fatal(err)
	}
	wants(t, name, "y", base)
}

// TestDescriptor: a file that is open as /dev/stdout is added to, not replaced.
func TestDescriptor(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no /proc here")
	}
	name := filepath.Join(t.TempDir(), "log")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("before "); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join("/proc/self/fd", fmt.Sprint(f.Fd()))
	if err := put(open, "after"); err != nil {
		t.Fatal(err)
	}
	wants(t, name, "before after", "log")
	if err := put(os.DevNull, "x"); err != nil {
		t.Error(err)
	}
}

// TestWritersTogether: who writes a file sweeps up nothing of those who write it at
// the same time.
func TestWritersTogether(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out")
	errs := make(chan error)
	const writers, times = 8, 40
	for range writers {
		go func() {
			var all []error
			for range times {
				all = append(all, Write(name, func(w io.Writer) error {
					_, err := io.WriteString(w, "whole")
					return err
				}))
			}
			errs <- errors.Join(all...)
		}()
	}
	for range writers {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if data, err := os.ReadFile(name); err != nil || string(data) != "whole" {
		t.Errorf("%q, %v", data, err)
	}
}

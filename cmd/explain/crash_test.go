package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// How the program stands being killed. Every test runs a command undisturbed, then
// again and again in another place, killed at random moments until it comes to its
// end, and compares what there is in both. The seed is fixed, and each moment logged;
// whatever they are, the test must pass. As they take a minute, they run where
// WHENCE_CRASH=1 asks for them.

// TestMain makes the test the program itself, or a program that plays a game.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 3 && os.Args[1] == "play":
		if err := play(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case os.Getenv("WHENCE_CRASH_PROGRAM") != "":
		main()
	default:
		os.Exit(m.Run())
	}
}

// A crasher runs commands and kills them.
type crasher struct {
	*testing.T
	env    []string
	random *rand.Rand
	before func() // is called before each run, if not nil

	kills int
	took  time.Duration // an undisturbed run
}

func newCrasher(t *testing.T, env ...string) *crasher {
	t.Helper()
	if os.Getenv("WHENCE_CRASH") == "" {
		t.Skip("WHENCE_CRASH=1 asks for it")
	}
	env = append(os.Environ(), append(env, "WHENCE_CRASH_PROGRAM=1")...)
	return &crasher{T: t, env: env, random: rand.New(rand.NewPCG(7, uint64(len(t.Name()))))}
}

func (c *crasher) command(dir string, args []string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir, cmd.Env = dir, c.env
	return cmd
}

// undisturbed runs a command to its end.
func (c *crasher) undisturbed(dir string, args ...string) {
	c.Helper()
	begin := time.Now()
	if out, err := c.command(dir, args).CombinedOutput(); err != nil {
		c.Fatalf("%q: %v\n%s", args, err, out)
	}
	c.took = time.Since(begin)
}

// disturbed runs a command that is killed until it comes to its end.
func (c *crasher) disturbed(dir string, args ...string) {
	c.Helper()
	const mostKills = 8
	for range mostKills {
		if c.before != nil {
			c.before()
		}
		cmd := c.command(dir, args)
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			c.Fatal(err)
		}
		moment := time.Duration(c.random.Float64() * float64(c.took))
		kill := time.AfterFunc(moment, func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		if kill.Stop() && err != nil {
			c.Fatalf("%q: %v\n%s", args, err, &said)
		}
		if err == nil {
			return
		}
		c.kills++
		c.Logf("killed after %v: %s", moment, strings.Join(args, " "))
	}
	if c.before != nil {
		c.before()
	}
	c.undisturbed(dir, args...)
}

// same fails the test unless two folders hold the same files with the same bytes.
func (c *crasher) same(dir, want string) {
	c.Helper()
	got, wanted := tree(c.T, dir), tree(c.T, want)
	for name, content := range wanted {
		if g, ok := got[name]; !ok || g != content {
			c.Errorf("after %d kills %s (there %v) holds\n%.300s\nwant\n%.300s", c.kills, name, ok, g, content)
		}
	}
	for name := range got {
		if _, ok := wanted[name]; !ok {
			c.Errorf("after %d kills %s is left", c.kills, name)
		}
	}
}

// tree returns what the files of a folder hold.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestCrashCorpus: a corpus in lines, in Parquet and by shards.
func TestCrashCorpus(t *testing.T) {
	input := filepath.Join(t.TempDir(), "in.jsonl")
	var rows strings.Builder
	for i := range 16 {
		fmt.Fprintf(&rows, "{\"text\": \"film number %d was not so good, was it\"}\n", i)
		if i%9 == 4 {
			rows.WriteString("no document\n")
		}
	}
	if err := os.WriteFile(input, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := func(output string, more ...string) []string {
		return append([]string{"corpus", input, "--output", output, "--budget", "24", "--quiet"}, more...)
	}
	for _, output := range []string{"out.jsonl", "out.parquet"} {
		t.Run(output, func(t *testing.T) {
			c, whole, killed := newCrasher(t), t.TempDir(), t.TempDir()
			c.undisturbed(whole, args(output, "--shards", "8")...)
			c.disturbed(killed, args(output, "--shards", "8")...)
			c.same(killed, whole)
		})
	}
	t.Run("shards", func(t *testing.T) {
		c, whole, killed := newCrasher(t), t.TempDir(), t.TempDir()
		for shard := range 3 {
			one := args("out.jsonl", "--shards", "3", "--shard", fmt.Sprint(shard))
			c.undisturbed(whole, one...)
			c.disturbed(killed, one...)
			c.same(killed, whole)
		}
		c.undisturbed(whole, "merge", "out.jsonl")
		c.disturbed(killed, "merge", "out.jsonl")
		c.same(killed, whole)
	})
}

// play is a program that plays a game and writes down what it is asked.
func play(log string) error {
	f, err := os.OpenFile(log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	fmt.Println(`{"n": 11}`)
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return nil //nolint:nilerr // nobody asks any more
		}
		var q struct{ Masks []string }
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		var a struct {
			Values []float64 `json:"values"`
		}
		for _, mask := range q.Masks {
			a.Values = append(a.Values, float64(len(strings.Trim(mask, "0"))))
		}
		if _, err := f.WriteString(strings.Join(q.Masks, "\n") + "\n"); err != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond) // so that there is something to kill
		b, err := json.Marshal(a)
		if err != nil {
			return err
		}
		if _, err := fmt.Printf("%s\n", b); err != nil {
			return err
		}
	}
}

// TestCrashGame: a game that a program plays; at most what it was just being asked
// is asked again.
func TestCrashGame(t *testing.T) {
	const batch = 256
	c, whole, killed := newCrasher(t), t.TempDir(), t.TempDir()
	args := []string{"game", "--command", "'" + os.Args[0] + "' play asked", "--cache", "values", "--budget", "1900", "--output", "out.csv", "--quiet"}
	c.undisturbed(whole, args...)
	c.disturbed(killed, args...)
	asked := strings.Fields(tree(t, killed)["asked"])
	once := slices.Compact(slices.Sorted(slices.Values(asked)))
	if again := len(asked) - len(once); again > c.kills*batch {
		t.Errorf("%d coalitions were asked for again after %d kills", again, c.kills)
	}
	before := len(asked)
	c.undisturbed(killed, args...)
	if n := len(strings.Fields(tree(t, killed)["asked"])); n != before {
		t.Errorf("%d coalitions whose values are known were asked for", n-before)
	}
	for _, dir := range []string{whole, killed} {
		if err := os.Remove(filepath.Join(dir, "asked")); err != nil {
			t.Error(err)
		}
		if err := os.Remove(filepath.Join(dir, "values")); err != nil { // in the order of asking
			t.Error(err)
		}
	}
	c.same(killed, whole)
}

// A tally counts what a server is asked.
type tally struct {
	mu    sync.Mutex
	count map[string]int
}

func (a *tally) add(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.count == nil {
		a.count = map[string]int{}
	}
	a.count[what]++
}

// take returns what was counted, and begins anew.
func (a *tally) take() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	count := a.count
	a.count = nil
	return count
}

// exists reports whether there is a file.
func exists(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

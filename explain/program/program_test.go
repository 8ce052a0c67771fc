package program_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/program"
)

// TestMain makes the test binary the program that the tests start: its part is
// in the variable PART.
func TestMain(m *testing.M) {
	if part := os.Getenv("PART"); part != "" {
		play(part)
		return
	}
	os.Exit(m.Run())
}

// play answers as a program would, well or badly.
func play(part string) {
	say := func(line string) { fmt.Println(line) }
	if line, ok := strings.CutPrefix(part, "begin "); ok {
		say(line)
		_, _ = os.Stdin.Read(make([]byte, 1))
		return
	}
	if rest, ok := strings.CutPrefix(part, "model "); ok {
		speak(rest)
		return
	}
	switch part {
	case "adopt":
		adopt()
		return
	case "sum70":
		say(`{"n": 70}`)
	case "two":
		say(`{"n": 3, "outputs": 2, "players": ["not", "bad", "all"], "version": 7}`)
	case "silent":
		time.Sleep(time.Hour)
	case "muttering":
		say(`{"n": 3}`)
		fmt.Fprintln(os.Stderr, "\x1b[31mloading\x1b[0m\r\tforever")
	case "flood":
		for {
			fmt.Print(strings.Repeat("x", 1<<16))
		}
	case "sorry":
		say(`{"n": 3}`)
		say(`{"error": "no licence"}`)
		return
	case "dead":
		fmt.Fprint(os.Stderr, strings.Repeat("noise\n", 1000)+"no such model\n")
		os.Exit(3)
	default:
		say(`{"n": 3}`)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var request struct{ Masks []string }
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			os.Exit(9)
		}
		answer(part, request.Masks)
	}
}

// stubborn is a game that starts another process, and both go on whatever is told
// them; they hold what the tests wait for, as the file 3.
const stubborn = `trap '' HUP INT TERM; sleep 3600 & echo '{"n": 2}'; while :; do sleep 3600; done`

// adopt plays a program that has a stubborn one, says so, and waits for its end.
func adopt() {
	cmd := program.Shell(stubborn)
	cmd.ExtraFiles = []*os.File{os.NewFile(3, "pipe")}
	g, err := program.Start(context.Background(), cmd, 0)
	if err != nil {
		os.Exit(9)
	}
	fmt.Println(g.Players())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// speak answers as a model would.
func speak(part string) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var r struct{ Prompt, Continuation string }
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			os.Exit(9)
		}
		said, fixed := strings.CutPrefix(part, "say ")
		switch {
		case fixed:
			fmt.Println(said)
		case part == "stall":
			time.Sleep(time.Hour)
		case part == "die":
			fmt.Fprintln(os.Stderr, "out of memory")
			os.Exit(4)
		case r.Continuation == "":
			b, _ := json.Marshal(map[string]any{"text": "you said " + r.Prompt})
			fmt.Println(string(b))
		default:
			tokens := strings.SplitAfter(r.Continuation, " ")
			tokens = append([]string{tokens[0] + tokens[1]}, tokens[2:]...)
			var p []int
			for _, token := range tokens {
				p = append(p, -len(token))
			}
			b, _ := json.Marshal(map[string]any{"logprobs": p, "tokens": tokens})
			fmt.Println(string(b))
		}
	}
}

// answer answers a request.
func answer(part string, masks []string) {
	if line, ok := strings.CutPrefix(part, "answer "); ok {
		fmt.Println(line)
		return
	}
	switch part {
	case "stall", "muttering":
		time.Sleep(time.Hour)
	case "die":
		fmt.Fprintln(os.Stderr, "out of memory")
		os.Exit(4)
	}
	var values []any
	for _, m := range masks {
		v, ok := new(big.Int).SetString(m, 16)
		if !ok || m != v.Text(16) {
			os.Exit(8)
		}
		sum := 0.0
		for i := range v.BitLen() {
			sum += float64(v.Bit(i)) * float64(i+1)
		}
		if part == "two" {
			values = append(values, []float64{sum, -sum})
		} else {
			values = append(values, sum)
		}
	}
	b, _ := json.Marshal(map[string]any{"values": values})
	fmt.Println(string(b))
}

// start starts the test binary in a part.
func start(ctx context.Context, part string, timeout time.Duration) (*program.Game, error) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PART="+part)
	return program.Start(ctx, cmd, timeout)
}

func open(t *testing.T, part string) *program.Game {
	t.Helper()
	g, err := start(context.Background(), part, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	return g
}

// valuesOf asks for the values of coalitions.
func valuesOf(g *program.Game, sets ...[]int) ([]float64, error) {
	batch := explain.NewCoalitions(g.Players(), len(sets))
	for _, s := range sets {
		batch.Append(explain.NewCoalition(g.Players(), s...))
	}
	dst := make([]float64, len(sets)*g.Outputs())
	return dst, g.Value(context.Background(), dst, batch)
}

func TestValues(t *testing.T) {
	g := open(t, "sum70")
	if g.Players() != 70 || g.Outputs() != 1 {
		t.Errorf("%d players, %d outputs", g.Players(), g.Outputs())
	}
	var sets [][]int
	var want []float64
	for i := range 600 { // several requests
		p := i % 70
		sets, want = append(sets, []int{p}), append(want, float64(p+1))
	}
	sets, want = append(sets, nil, []int{0, 63, 64, 69}), append(want, 0, 1+64+65+70)
	got, err := valuesOf(g, sets...)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v (%v)", got, err)
	}
	if err := g.Close(); err != nil {
		t.Errorf("a program that ends with its input: %v", err)
	}
	if _, err := valuesOf(g, nil); err == nil {
		t.Error("a closed game has values")
	}
}

func TestOutputsAndNames(t *testing.T) {
	g := open(t, "two")
	got, err := valuesOf(g, []int{1}, []int{0, 2})
	if want := []float64{2, -2, 4, -4}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v (%v), want %v", got, err, want)
	}
	x := explain.NewExplanation(explain.Cache(g), explain.SV)
	if x.Players[1].Text != "bad" {
		t.Errorf("players %v", x.Players)
	}
}

// TestBadBeginnings: whatever a program says first, there is a game or a clear error.
func TestBadBeginnings(t *testing.T) {
	for line, want := range map[string]string{
		"hello":                         `began with "hello"`,
		"[1]":                           `began with "[1]"`,
		"{}":                            `want {"n":…}`,
		`{"n": -1}`:                     "has -1 players",
		`{"n": 1e9}`:                    "began with",
		`{"n": 2.5}`:                    "began with",
		`{"n": 1000000}`:                "has 1000000 players, want 0 to 4096",
		`{"n": 2, "outputs": 0}`:        "has 0 outputs",
		`{"n": 2, "outputs": 99999}`:    "has 99999 outputs",
		`{"n": 2, "players": ["a"]}`:    "names 1 of its 2 players",
		`{"error": "no\u001b[1m data"}`: "says: no data",
	} {
		_, err := start(context.Background(), "begin "+line, 0)
		var failure *program.Error
		if !errors.As(err, &failure) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
	if _, err := program.Start(context.Background(), exec.Command(filepath.Join(t.TempDir(), "nothing")), 0); err == nil {
		t.Error("a program that does not exist was started")
	}
}

// TestBadAnswers: a value is a number that the program gave, or there is an error.
func TestBadAnswers(t *testing.T) {
	for line, want := range map[string]string{
		"oh":                              `answered "oh"`,
		`{"values": [1]}`:                 "1 values, want 2",
		`{"values": [1, 2, 3]}`:           "3 values, want 2",
		`{"values": [1, null]}`:           "value 1 is \"null\", want a number",
		`{"values": [1, "2"]}`:            "want a number",
		`{"values": [1, NaN]}`:            "answered",
		`{"values": [1, 1e999]}`:          "want a number",
		`{"values": [1, [2]]}`:            "want a number",
		`{"value": [1, 2]}`:               "0 values, want 2",
		`{"error": "no memory"}`:          "says: no memory",
		strings.Repeat("long line ", 999): "a line of more than",
	} {
		g := open(t, "answer "+line)
		_, err := valuesOf(g, nil, []int{1})
		var failure *program.Error
		if !errors.As(err, &failure) || !strings.Contains(err.Error(), want) || len(err.Error()) > 300 {
			t.Errorf("%.40s: %v, want %q", line, err, want)
		}
		if _, again := valuesOf(g, nil); !errors.Is(again, err) {
			t.Errorf("%.40s: then %v", line, again)
		}
	}
	if _, err := valuesOf(open(t, "sorry"), nil); err == nil || !strings.Contains(err.Error(), "says: no licence") {
		t.Errorf("a program that ended with an apology: %v", err)
	}
}

// TestLastWords: a program that dies is reported with the end of what it said,
// fit to be shown.
func TestLastWords(t *testing.T) {
	_, err := start(context.Background(), "dead", 0)
	var failure *program.Error
	if !errors.As(err, &failure) {
		t.Fatal(err)
	}
	if failure.Status != "exit status 3" || len(failure.LastWords) > 2048 ||
		!strings.HasPrefix(failure.LastWords, "noise\n") || !strings.HasSuffix(failure.LastWords, "noise\nno such model") {
		t.Errorf("%+v", failure)
	}
	_, err = valuesOf(open(t, "die"), nil)
	if want := "program: ended its output (exit status 4); its last words:\n  out of memory"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestStalls: a program that does not answer is ended, and so is one that floods.
func TestStalls(t *testing.T) {
	t.Parallel()
	if _, err := start(context.Background(), "silent", time.Millisecond); err == nil || !strings.Contains(err.Error(), "gave no answer within 1ms") {
		t.Errorf("%v", err)
	}
	g := open(t, "muttering")
	for !strings.Contains(g.Words(), "forever") { // it comes another way
		runtime.Gosched()
	}
	g.SetTimeout(time.Millisecond)
	if _, err := valuesOf(g, nil); err == nil || !strings.Contains(err.Error(), "gave no answer within 1ms; its last words:\n  loading\n   forever") {
		t.Errorf("%v", err)
	}
	if _, err := start(context.Background(), "flood", 0); err == nil || !strings.Contains(err.Error(), "a line of more than") {
		t.Error(err)
	}
}

// TestInterrupted: what waits for a program is over when the context is.
func TestInterrupted(t *testing.T) {
	g := open(t, "stall")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	batch := explain.NewCoalitions(3, 1)
	batch.Append(explain.Grand(3))
	if err := g.Value(ctx, make([]float64, 1), batch); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := start(ctx, "two", 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

package command

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/bits"
	"os"
	"strconv"
	"testing"
)

// TestMain makes the test binary a program that plays a game, as --command wants
// one: called as "$GAME" play HOW, GAME being its name. Called as main, it is explain.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "main" {
		os.Exit(Run(context.Background(), os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	}
	if len(os.Args) == 3 && os.Args[1] == "play" {
		perform(os.Args[2])
		return
	}
	if err := os.Setenv("GAME", os.Args[0]); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// perform plays a game of ten players in which two act together. It dies or babbles
// after a hundred coalitions where how says so.
func perform(how string) {
	fmt.Println(`{"n": 10, "players": ["the", "plot", "is", "not", "bad", "and", "never", "ever", "=slow", "again"]}`)
	asked := 0
	requests := bufio.NewScanner(os.Stdin)
	for requests.Scan() {
		var request struct{ Masks []string }
		if err := json.Unmarshal(requests.Bytes(), &request); err != nil {
			os.Exit(1)
		}
		var values []float64
		for _, mask := range request.Masks {
			m, _ := strconv.ParseUint(mask, 16, 64)
			values = append(values, worth(m))
		}
		if asked += len(values); asked > 100 {
			misbehave(how)
		}
		b, _ := json.Marshal(map[string]any{"values": values})
		fmt.Println(string(b))
	}
}

func misbehave(how string) {
	switch how {
	case "die":
		fmt.Fprintln(os.Stderr, "out of \x1b[1mmemory\nat line 3")
		os.Exit(7)
	case "babble":
		fmt.Println("Loading …")
	}
}

// worth is additive but for players 3 and 4, and for noise.
func worth(m uint64) float64 {
	v := float64(m*2654435761>>9%64) / 64
	if m>>3&3 == 3 {
		v += 3
	}
	for ; m != 0; m &= m - 1 {
		v += []float64{0.125, -0.25, 0, -1, -2, 0.5, 0.75, 0.375, -0.625, 0.0625}[bits.TrailingZeros64(m)]
	}
	return v
}

package command

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// TestBudgetIsACeiling: no method values more coalitions than it may.
func TestBudgetIsACeiling(t *testing.T) {
	for _, method := range request.Methods() {
		for _, budget := range []int{3, 5, 30, 61, 200} {
			var stdout, stderr bytes.Buffer
			args := []string{"game", "testdata/games/words12.npz", "--method", method, "--budget", strconv.Itoa(budget), "--format", "json"}
			status := Run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
			if status == terminal.ExitUsage && strings.Contains(stderr.String(), "budget") {
				continue // too small, and said so
			}
			var x struct{ Evaluations int }
			if err := json.Unmarshal(stdout.Bytes(), &x); status != 0 || err != nil || x.Evaluations > budget {
				t.Errorf("%s: %d of %d coalitions valued, exit %d: %s", method, x.Evaluations, budget, status, stderr.String())
			}
		}
	}
}

// TestEveryMethodStops: each method stops by a rule, or says why it cannot.
func TestEveryMethodStops(t *testing.T) {
	early := 0
	for _, method := range request.Methods() {
		var stdout, stderr bytes.Buffer
		args := []string{"game", "testdata/games/words12.npz", "--method", method, "--budget", "600", "--max-error", "0.1", "--format", "json"}
		status := Run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
		if said := stderr.String(); status == terminal.ExitUsage && (strings.Contains(said, "values all its coalitions at once") || strings.Contains(said, "takes all")) {
			continue
		}
		var x struct {
			Evaluations int
			Stopped     string
			Warnings    []string
		}
		if err := json.Unmarshal(stdout.Bytes(), &x); err != nil {
			t.Fatalf("%s: exit %d: %s", method, status, stderr.String())
		}
		switch told := strings.Join(x.Warnings, "\n"); {
		case x.Stopped == "" && !strings.Contains(told, "rule to stop"):
			t.Errorf("%s says nothing of the rule: %q", method, told)
		case x.Stopped != "" && x.Evaluations >= 600:
			t.Errorf("%s stopped early after %d coalitions: %s", method, x.Evaluations, x.Stopped)
		case x.Stopped != "":
			early++
		}
	}
	if early < 4 {
		t.Errorf("only %d methods stopped early", early)
	}
}

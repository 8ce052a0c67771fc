package request_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model/remote"
)

// A parrot answers with the first sentence, and finds a continuation likelier the
// more of its words the prompt has.
type parrot struct {
	mute  bool  // answers nothing
	fails error // of all answers but the first
	asked int
}

func (p *parrot) Answer(_ context.Context, prompt string) (string, error) {
	if p.asked++; p.asked > 1 && p.fails != nil {
		return "", p.fails
	}
	if p.mute {
		return "", nil
	}
	first, _, _ := strings.Cut(prompt, ".")
	return first, nil
}

func (p *parrot) Continuation(ctx context.Context, prompt, continuation string) ([]int, []float64, error) {
	if p.asked++; p.asked > 1 && p.fails != nil {
		return nil, nil, p.fails
	}
	known := 0.0
	for word := range strings.FieldsSeq(continuation) {
		if strings.Contains(prompt, word) {
			known++
		}
	}
	return []int{0}, []float64{known - 10}, ctx.Err()
}

// A server is a parrot that tells no log-probabilities.
type server struct{ parrot }

func (s *server) Probe(context.Context) (remote.Mode, string, error) {
	return remote.Answers, "it is a parrot", nil
}

func ask(text string) request.Request {
	return request.Request{Task: request.Ask, Input: request.Input{Text: text}, Game: request.Game{Unit: "sentence"}}
}

func TestAsking(t *testing.T) {
	r := ask("The cat sat. The dog ran. Who sat?")
	a, err := r.Asking(t.Context(), builtin())
	if err != nil {
		t.Fatal(err)
	}
	if passes, err := a.Passes(); a.Players != 3 || passes != 11 || err != nil {
		t.Errorf("%d players, %d passes, error %v", a.Players, passes, err)
	}
	run, err := a.Run(t.Context(), &parrot{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := run.Estimate(t.Context())
	if err != nil || math.Abs(x.Sum(0)-x.Full[0]) > 1e-9 || x.Subject.Masker != "delete" || a.Note != "" {
		t.Errorf("%+v, note %q, error %v", x, a.Note, err)
	}
}

// TestAskingScores: a way that is named is taken; where none is, likelihoods are, or
// if the server tells none, the similarity of answers, which is then told.
func TestAskingScores(t *testing.T) {
	for _, way := range append(request.Scorings(), "") {
		r := ask("The cat sat. The dog ran.")
		r.Score = way
		a, err := r.Asking(t.Context(), builtin())
		if err != nil {
			t.Fatal(err)
		}
		run, err := a.Run(t.Context(), &server{})
		if err != nil {
			t.Errorf("%s: %v", way, err)
			continue
		}
		x, err := run.Estimate(t.Context())
		if err != nil {
			t.Errorf("%s: %v", way, err)
			continue
		}
		told := a.Note != "" && strings.Contains(strings.Join(x.Warnings, "\n"), "compared by chrF (it is a parrot)")
		if (way == "" || way == "auto") != told {
			t.Errorf("%q: note %q, warnings %q", way, a.Note, x.Warnings)
		}
		if similar := x.Full[0] == 1; similar == (way == "answer" || way == "token") {
			t.Errorf("%q: the whole prompt is worth %v", way, x.Full[0])
		}
	}
}

func TestAskingKeeps(t *testing.T) {
	r := ask("The cat sat. The dog ran. The cat sat.")
	r.Keep = []string{"The cat sat."}
	a, err := r.Asking(t.Context(), builtin())
	if err != nil || a.Players != 1 {
		t.Errorf("%d players where two of three sentences are kept, error %v", a.Players, err)
	}
}

func TestAskingRefuses(t *testing.T) {
	for want, change := range map[string]func(*request.Request){
		`keep "a bird" is no part of the prompt`:   func(r *request.Request) { r.Keep = []string{"a bird"} },
		`keep "" is no part of the prompt`:         func(r *request.Request) { r.Keep = []string{""} },
		"masker hide needs the model's tokens":     func(r *request.Request) { r.Mask = "hide" },
		`unit "subword" is none of word, sentence`: func(r *request.Request) { r.Unit = "subword" },
		`score "rouge" is none of auto`:            func(r *request.Request) { r.Score = "rouge" },
		"system is for chat":                       func(r *request.Request) { r.System = "Be brief." },
	} {
		r := ask("The cat sat.")
		change(&r)
		_, err := r.Asking(t.Context(), builtin())
		var f *request.Fault
		if !errors.As(err, &f) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	a, err := ask("The cat sat.").Asking(t.Context(), builtin())
	if err != nil {
		t.Fatal(err)
	}
	var f *request.Fault
	if _, err := a.Run(t.Context(), &parrot{mute: true}); !errors.As(err, &f) || f.Field != "answer" || !strings.Contains(err.Error(), "the answer is empty") {
		t.Errorf("error %v of a model that says nothing", err)
	}
}

// TestAskingFails: what was known when a model failed is returned with its error.
func TestAskingFails(t *testing.T) {
	broken := errors.New("the parrot has flown")
	r := ask("The cat sat. The dog ran. Who sat?")
	r.Answer = " The cat."
	a, err := r.Asking(t.Context(), builtin())
	if err != nil {
		t.Fatal(err)
	}
	run, err := a.Run(t.Context(), &parrot{fails: broken, asked: 0})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run.Estimate(t.Context()); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if _, err := a.Run(t.Context(), &parrot{fails: broken}); err != nil {
		t.Errorf("a model is asked for an answer that is given: %v", err)
	}
}

package program

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// A Model is a language model that a running program is. A request is a line of
// JSON with a prompt, and the continuation whose log-probabilities are wanted, or
// none where an answer is:
//
//	{"prompt": "Who sat?", "continuation": " The cat."}
//	{"logprobs": [-1.5, -0.25, -3], "tokens": [" The", " cat", "."]}
//	{"prompt": "Who sat?"}
//	{"text": " The cat."}
//
// Tokens may be left out where there is one log-probability, that of all of the
// continuation; together they are the continuation. What cannot be answered is
// {"error": "why"}. It is safe for concurrent use: it is asked one thing at a
// time. Close it to end the program.
//
// It is a model as package model/remote makes targets of.
type Model struct {
	name string
	mu   sync.Mutex
	process
}

// maxText bounds an answer, in bytes.
const maxText = 16 << 20

// StartModel starts a program that is a model. Every answer may take so long, the
// first one, for which it loads what it needs, included; a minute where timeout
// is zero. What [Start] says of the program and its failures holds here too.
func StartModel(cmd *exec.Cmd, timeout time.Duration) (*Model, error) {
	m := &Model{name: cmd.Args[0]}
	if len(cmd.Args) == 3 && cmd.Args[1] == "-c" { // of Shell
		m.name = NameOf(cmd.Args[2])
	}
	if err := m.start(cmd, timeout, "prompts"); err != nil {
		return nil, err
	}
	return m, nil
}

// Name returns the program, without its arguments: they may hold keys.
func (m *Model) Name() string { return m.name }

// Close ends the program. A model that is closed answers no more.
func (m *Model) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.close()
}

// asked is what a program is asked about a prompt.
type asked struct {
	Prompt       string `json:"prompt"`
	Continuation string `json:"continuation,omitempty"`
}

// spoken is what a program says of a prompt.
type spoken struct {
	LogProbs []*float64 `json:"logprobs"`
	Tokens   []string   `json:"tokens"`
	Text     *string    `json:"text"`
	Error    string     `json:"error"`
}

// Continuation returns where the tokens of a continuation of a prompt begin, in
// bytes of it, and their log-probabilities.
func (m *Model) Continuation(ctx context.Context, prompt, continuation string) (begins []int, logProbs []float64, err error) {
	if continuation == "" {
		return nil, nil, errors.New("program: the continuation is empty")
	}
	err = m.ask(ctx, asked{prompt, continuation}, func(s *spoken) error {
		begins, logProbs, err = s.continuation(continuation)
		return err
	})
	return begins, logProbs, err
}

// continuation checks what is said of a continuation.
func (s *spoken) continuation(text string) (begins []int, logProbs []float64, err error) {
	if s.Tokens == nil && len(s.LogProbs) == 1 {
		s.Tokens = []string{text}
	}
	switch {
	case len(s.LogProbs) == 0:
		return nil, nil, errors.New("has no logprobs")
	case len(s.LogProbs) != len(s.Tokens):
		return nil, nil, fmt.Errorf("has %d tokens and %d logprobs", len(s.Tokens), len(s.LogProbs))
	case strings.Join(s.Tokens, "") != text:
		return nil, nil, errors.New("has tokens that are not those of the continuation")
	}
	at := 0
	for i, p := range s.LogProbs {
		if p == nil || *p > 0 {
			return nil, nil, fmt.Errorf("has no log-probability for token %d", i)
		}
		begins, logProbs = append(begins, at), append(logProbs, *p)
		at += len(s.Tokens[i])
	}
	return begins, logProbs, nil
}

// Answer returns the answer to a prompt.
func (m *Model) Answer(ctx context.Context, prompt string) (answer string, err error) {
	err = m.ask(ctx, asked{Prompt: prompt}, func(s *spoken) error {
		if s.Text == nil {
			return errors.New("has no text")
		}
		answer = *s.Text
		return nil
	})
	return answer, err
}

// ask asks for something and gives the answer to read. After an error, an
// interruption included, the program is ended and every further call returns the
// error.
func (m *Model) ask(ctx context.Context, q asked, read func(*spoken) error) error {
	b, err := json.Marshal(q)
	if err != nil {
		return fmt.Errorf("program: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.within(ctx, func() error {
		_, _ = m.in.Write(append(b, '\n')) // where it cannot be written, there may yet be word why
		line, err := readLine(m.lines, maxText)
		if err != nil {
			return err
		}
		var s spoken
		if err := json.Unmarshal(line, &s); err != nil {
			return fmt.Errorf("answered %s: %w", quote(line), err)
		}
		if s.Error != "" {
			return fmt.Errorf("says: %s", printable(s.Error))
		}
		if err := read(&s); err != nil {
			return fmt.Errorf("answered %s, which %w", quote(line), err)
		}
		m.done++
		return nil
	})
}

package command

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	external "github.com/whence-xai/whence/explain/program"
	"github.com/whence-xai/whence/model/remote"
)

// endpointFlags say which model is asked, on a server or as a program.
func endpointFlags() []cli.Flag {
	return []cli.Flag{
		words(groupWhat, "endpoint", "URL", "a server's API, as http://localhost:8000/v1"),
		words(groupWhat, "model", "NAME", "by the server's name for it (default: its only one)"),
		words(groupWhat, "key-env", "NAME", "the variable where the key is (default: OPENAI_API_KEY, if set)"),
		words(groupWhat, "key-file", "FILE", "the file where the key is"),
		truth(groupWhat, "chat", "the prompt is a message of a chat"),
		words(groupWhat, "system", "TEXT", "the message before it in a chat"),
		words(groupWhat, "command", "CMD", "a program that is the model, run by the shell"),
	}
}

// askingFlags say how a model on a server is asked.
func askingFlags() []cli.Flag {
	return []cli.Flag{
		words(groupRun, "cache", "FILE", "answers that came; more are added, none is paid twice (default: in the user's cache folder)"),
		truth(groupRun, "no-cache", "keep no answers"),
		number(groupRun, "parallel", "requests at a time (default: 4)"),
		number(groupRun, "timeout", "seconds that an answer may take (default: 120)"),
		words(groupRun, "price", "IN,OUT", "of a million tokens read and written"),
		truth(groupRun, "dry-run", "ask nothing, tell what it would take"),
	}
}

// A speaker is a model that is asked, and what there is to be closed.
type speaker struct {
	remote.Speaker
	client *remote.Client // nil for a program
	close  func() error
}

// openSpeaker returns the model that the flags name.
func (p *program) openSpeaker(c *cli.Context) (*speaker, error) {
	endpoint, command := c.String("endpoint"), c.String("command")
	timeout := time.Duration(c.Int("timeout")) * time.Second
	switch {
	case c.IsSet("cache") && c.Bool("no-cache"):
		return nil, usage("both --cache and --no-cache are given")
	case endpoint == "" && command == "":
		return nil, usage("%s: no model given", c.Command.Name).or("--endpoint URL names a server, --command CMD a program")
	case endpoint != "" && command != "":
		return nil, usage("both --endpoint and --command are given")
	case command != "":
		for _, flag := range []string{"model", "key-env", "key-file", "chat", "system", "cache", "price"} {
			if c.IsSet(flag) {
				return nil, usage("--%s is for an endpoint, not for a program", flag)
			}
		}
		if c.Bool("dry-run") {
			return &speaker{close: func() error { return nil }}, nil
		}
		m, err := external.StartModel(external.Shell(command), timeout)
		if err != nil {
			return nil, err
		}
		return &speaker{Speaker: m, close: func() error {
			_ = m.Close() // how it ends is its business
			return nil
		}}, nil
	}
	client := &remote.Client{
		Endpoint: endpoint, Model: c.String("model"), Chat: c.Bool("chat"), System: c.String("system"),
		MaxTokens: c.Int("max-tokens"), Parallel: c.Int("parallel"), Timeout: timeout,
	}
	if client.System != "" && !client.Chat {
		return nil, usage("--system is for a chat").or("--chat makes the prompt a message of one")
	}
	s := &speaker{Speaker: client, client: client, close: func() error { return nil }}
	var err1, err2 error
	client.Key, err1 = key(c)
	client.Price, err2 = price(c.String("price"))
	if err := errors.Join(err1, err2); err != nil {
		return nil, &usageError{err: err}
	}
	if c.Bool("dry-run") {
		return s, nil
	}
	if err := s.connect(c); err != nil {
		return nil, err
	}
	if err := p.openAnswers(c, client); err != nil {
		return nil, err
	}
	if client.Cache != nil {
		s.close = client.Cache.Close
	}
	return s, nil
}

// connect finds out which model the server has, where none is named.
func (s *speaker) connect(c *cli.Context) error {
	if s.client.Model != "" {
		return nil
	}
	names, err := s.client.Models(c.Context)
	switch {
	case err != nil:
		return asked(err)
	case len(names) != 1:
		return usage("the server has %d models: %s", len(names), fewOf(names)).or("--model NAME names one")
	}
	s.client.Model = names[0]
	return nil
}

// fewOf returns the names of models in a line, or as many as are read.
func fewOf(names []string) string {
	const most = 20
	if len(names) > most {
		return joined(names[:most]) + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return joined(names)
}

// key returns the key that the flags name.
func key(c *cli.Context) (remote.Key, error) {
	const usual = "OPENAI_API_KEY"
	variable, file := c.String("key-env"), c.String("key-file")
	switch {
	case variable != "" && file != "":
		return remote.Key{}, errors.New("both --key-env and --key-file are given")
	case file != "":
		return remote.KeyFromFile(file)
	case variable != "":
		return remote.KeyFromEnv(variable)
	case os.Getenv(usual) != "":
		return remote.KeyFromEnv(usual)
	}
	return remote.Key{}, nil
}

// price reads the price of tokens, as in "2.5,10".
func price(s string) (p remote.Price, err error) {
	if s == "" {
		return p, nil
	}
	in, out, both := strings.Cut(s, ",")
	if p.Prompt, err = strconv.ParseFloat(strings.TrimSpace(in), 64); err == nil && both {
		p.Answer, err = strconv.ParseFloat(strings.TrimSpace(out), 64)
	}
	if err != nil || !both || !(p.Prompt >= 0 && p.Answer >= 0) {
		return p, fmt.Errorf("--price %q is not two numbers, as in 2.5,10", s)
	}
	return p, nil
}

// asked says what to do about an error of a server.
func asked(err error) error {
	var e *remote.Error
	switch {
	case errors.Is(err, remote.ErrEndpoint):
		return &usageError{err: err}
	case !errors.As(err, &e):
		return err
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return (&usageError{err: err}).or("--key-env NAME or --key-file FILE names a key")
	case http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity:
		return (&usageError{err: err}).or("does %s have the API, and the model?", e.URL)
	}
	return err
}

package command

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	external "github.com/whence-xai/whence/explain/program"
	"github.com/whence-xai/whence/model/remote"
)

// endpointFlags say which model is asked, on a server or as a program.
func endpointFlags() []cli.Flag {
	return []cli.Flag{
		flags.What.Text("endpoint", "URL", "the address of the server's API, as http://localhost:8000/v1"),
		flags.What.Text("model", "NAME", "the model, by the server's name for it (default: its only one)"),
		flags.What.Text("key-env", "NAME", "the environment variable with the API key (default: OPENAI_API_KEY, if set)"),
		flags.What.Text("key-file", "FILE", "the file with the API key"),
		flags.What.Bool("chat", "the prompt is the user's message of a chat"),
		flags.What.Text("system", "TEXT", "with --chat: the system message"),
		flags.What.Text("command", "CMD", "a program to ask instead of a server, run by the shell"),
	}
}

// askingFlags say how a model on a server is asked.
func askingFlags() []cli.Flag {
	return []cli.Flag{
		flags.Run.Text("cache", "FILE", "file of answers already received; new ones are added, none is asked for twice (default: in the user's cache folder)"),
		flags.Run.Bool("no-cache", "keep no answers"),
		flags.Run.Count("parallel", "maximum number of requests at a time (default: 4)"),
		flags.Run.Count("timeout", "maximum seconds for an answer (default: 120)"),
		flags.Run.Text("price", "IN,OUT", "prices of a million tokens, of prompts and of answers, as in 2.5,10"),
		flags.Run.Bool("dry-run", "ask nothing, only tell how many requests and tokens it would take"),
	}
}

// A source is the model that the person at the command line names, on a server or as
// a program, and how it is asked: what no request says.
type source struct {
	endpoint, command string
	keyEnv, keyFile   string
	cache             string // file of answers; "" for one of the user's
	noCache           bool
	price             remote.Price
	parallel          int
	timeout           time.Duration
}

// sourceOf reads the flags that name the model to ask.
// A program and a server exclude each other, and so does what is said to either.
func sourceOf(c *cli.Context) (s source, err error) {
	s = source{
		endpoint: c.String("endpoint"), command: c.String("command"), keyEnv: c.String("key-env"), keyFile: c.String("key-file"),
		cache: c.String("cache"), noCache: c.Bool("no-cache"), parallel: c.Int("parallel"), timeout: time.Duration(c.Int("timeout")) * time.Second,
	}
	switch {
	case c.IsSet("cache") && s.noCache:
		return s, terminal.Usage("both --cache and --no-cache are given")
	case s.endpoint == "" && s.command == "":
		return s, terminal.Usage("%s: no model given", c.Command.Name).Or("--endpoint URL names a server, --command CMD a program")
	case s.endpoint != "" && s.command != "":
		return s, terminal.Usage("both --endpoint and --command are given")
	case s.command != "":
		// Each of them is said to a server; a program has its own way to be told.
		for _, flag := range []string{"model", "key-env", "key-file", "chat", "system", "cache", "price"} {
			if c.IsSet(flag) {
				return s, terminal.Usage("--%s is for an endpoint, not for a program", flag)
			}
		}
	}
	s.price, err = price(c.String("price"))
	return s, terminal.Blame(err)
}

// A speaker is a model that is asked, and what there is to be closed.
type speaker struct {
	remote.Speaker
	client *remote.Client // nil for a program
	close  func() error
}

// client returns the server as a request wants it asked; nil for a program.
func (s source) client(r request.Request) *remote.Client {
	if s.endpoint == "" {
		return nil
	}
	return &remote.Client{
		Endpoint: s.endpoint, Model: r.Model.Name, Chat: r.Chat, System: r.System, MaxTokens: r.MaxTokens,
		Parallel: s.parallel, Timeout: s.timeout, Price: s.price,
	}
}

// openSpeaker starts a program, or gets a server ready to be asked what a request is
// about.
func (p *program) openSpeaker(ctx context.Context, s source, r request.Request) (*speaker, error) {
	client := s.client(r)
	if client == nil {
		m, err := external.StartModel(external.Shell(s.command), s.timeout)
		if err != nil {
			return nil, err
		}
		return &speaker{Speaker: m, close: func() error {
			_ = m.Close() // how it ends is its business
			return nil
		}}, nil
	}
	var err error
	if client.Key, err = s.key(); err != nil {
		return nil, &terminal.UsageError{Err: err}
	}
	if err := connect(ctx, client); err != nil {
		return nil, err
	}
	if err := p.openAnswers(s, client); err != nil {
		return nil, err
	}
	opened := &speaker{Speaker: client, client: client, close: func() error { return nil }}
	if client.Cache != nil {
		opened.close = client.Cache.Close
	}
	return opened, nil
}

// connect finds out which model the server has, where none is named.
// Servers for one model, as vLLM and llama.cpp, have one; to choose among several
// is the person's.
func connect(ctx context.Context, client *remote.Client) error {
	if client.Model != "" {
		return nil
	}
	names, err := client.Models(ctx)
	switch {
	case err != nil:
		return asked(err)
	case len(names) != 1:
		return terminal.Usage("the server has %d models: %s", len(names), joined(names)).Or("--model NAME names one")
	}
	client.Model = names[0]
	return nil
}

// key returns the key that opens the server.
func (s source) key() (remote.Key, error) {
	// The variable that clients of this API look at; it is sent to the server that
	// --endpoint names, whichever that is, as theirs do.
	const usual = "OPENAI_API_KEY"
	variable, file := s.keyEnv, s.keyFile
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
	// ParseFloat takes "NaN", which no comparison would refuse but this one.
	if err != nil || !both || !(p.Prompt >= 0 && p.Answer >= 0) {
		return p, fmt.Errorf("--price %q is not two numbers, as in 2.5,10", s)
	}
	return p, nil
}

// asked says what to do about an error of a server.
func asked(err error) error {
	var e *remote.Error
	switch {
	// The address itself is wrong, before any request.
	case errors.Is(err, remote.ErrEndpoint):
		return &terminal.UsageError{Err: err}
	case !errors.As(err, &e):
		return err
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return (&terminal.UsageError{Err: err}).Or("--key-env NAME or --key-file FILE names a key")
	// What servers answer to a path or a model that they do not have: which of the
	// three differs from one to the next.
	case http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity:
		return (&terminal.UsageError{Err: err}).Or("does %s have the API, and the model?", e.URL)
	}
	return err
}

package command

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/serve"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/model"
)

const helpServe = `Serves a page where explanations appear as you type, and an API: POST
/v1/explain, the protocols of KServe (V1) and Open Inference (V2), GET
/openapi.json and GET /metrics. Requests can name the models given by --model
and nothing else of this machine. Requests at the same time share batches, and
those that cannot be answered soon are refused at once.

usage:
  explain serve [flags]

examples:
  explain serve        # http://127.0.0.1:7070, the built-in models
  explain serve --model ./finbert --model openai-community/gpt2
  EXPLAIN_TOKEN=… explain serve --listen 0.0.0.0:8080
  curl localhost:7070/v1/explain \
    -d '{"text": "not bad at all", "index": "k-SII"}'

An address that others can reach needs a token, in EXPLAIN_TOKEN or in the file
that --token-file names. Requests bear it: Authorization: Bearer TOKEN. The
first SIGTERM or Ctrl-C lets what runs come to its end.
`

// serveCommand tells the limits' defaults in help, which are those of package
// serve.
func (p *program) serveCommand() *cli.Command {
	limits := serve.Defaults()
	listen := flags.Run.Text("listen", "ADDRESS", "where requests come in")
	listen.Value = "127.0.0.1:7070"
	return p.command("serve", helpServe, p.serve,
		[]cli.Flag{flags.What.Texts("model", "NAME", "a folder, or org/name on the hub; may be repeated (default: the built-in ones)")},
		[]cli.Flag{
			listen,
			flags.Run.Text("token-file", "FILE", "a file with the token that requests must bear"),
			flags.Run.Texts("origin", "URL", "a site whose pages may ask; may be repeated"),
			flags.Run.Count("queue", fmt.Sprintf("evaluations that may wait or run, of all requests (default: %d)", limits.Queue)),
			flags.Run.Count("max-budget", fmt.Sprintf("maximum number of model evaluations of a request (default: %d)", limits.Budget)),
			flags.Run.Count("max-body", fmt.Sprintf("bytes of a request (default: %d)", limits.Body)),
			flags.Run.Count("deadline", fmt.Sprintf("seconds that a request may take (default: %.0f)", limits.Deadline.Seconds())),
			flags.Run.Count("connections", fmt.Sprintf("open at a time (default: %d)", limits.Connections)),
		},
		flags.Machine())
}

// serve answers requests until it is told to stop.
func (p *program) serve(c *cli.Context) error {
	if err := flags.NoArguments(c); err != nil {
		return err
	}
	o, err := p.serveOptions(c)
	if err != nil {
		return err
	}
	address := c.String("listen")
	if _, _, err := net.SplitHostPort(address); err != nil {
		return terminal.Usage("--listen %s: %w", address, err).Or("--listen 127.0.0.1:7070, for one")
	}
	// An empty host is every address of the machine, and a name may resolve to any:
	// neither is a loopback address.
	if !serve.Local(address) {
		if o.Token == "" {
			return terminal.Usage("--listen %s can be reached by others, and no token is given", address).
				Or("--token-file names a file with one; the environment variable EXPLAIN_TOKEN can have it, too")
		}
		// On a loopback address only requests for localhost are answered, so that
		// no site can rebind its name to it (DNS rebinding); here the token guards
		// instead.
		o.AnyHost = true
	}
	listener, err := (&net.ListenConfig{}).Listen(c.Context, "tcp", address)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", address, err)
	}
	defer listener.Close()
	s, err := serve.New(c.Context, o)
	if err != nil {
		return err
	}
	p.terminal.Printf("http://%s is the page, http://%[1]s/openapi.json tells of the API", listener.Addr())
	return s.Serve(c.Context, listener)
}

// serveOptions reads the flags of explain serve.
func (p *program) serveOptions(c *cli.Context) (o serve.Options, err error) {
	name, commit := build()
	o = serve.Options{
		Precision: c.String("precision"), Threads: c.Int("threads"), Origins: c.StringSlice("origin"),
		Version: name + " " + commit, Log: p.serverLog(), Limits: serve.Defaults(),
	}
	unlessZero(c.Int("queue"), &o.Queue)
	unlessZero(c.Int("max-budget"), &o.Budget)
	unlessZero(int64(c.Int("max-body")), &o.Body)
	unlessZero(c.Int("connections"), &o.Connections)
	unlessZero(time.Duration(c.Int("deadline"))*time.Second, &o.Deadline)
	// A queue shorter than the largest budget would refuse such a request even when
	// idle.
	o.Queue = max(o.Queue, o.Budget)
	if o.Models, err = p.servedModels(c.StringSlice("model")); err != nil {
		return o, err
	}
	o.Token, err = p.serverToken(c.Context, c.String("token-file"))
	return o, err
}

// unlessZero keeps a limit's default where no flag says otherwise: zero would be no
// limit at all.
func unlessZero[T comparable](value T, to *T) {
	var zero T
	if value != zero {
		*to = value
	}
}

// servedModels returns the models that requests may name. A folder is called by its
// last part.
func (p *program) servedModels(names []string) (all []serve.Model, err error) {
	if len(names) == 0 {
		names = []string{"sentiment", "stories", "g2p"}
	}
	for _, name := range names {
		called := name
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			called = filepath.Base(filepath.Clean(name))
		}
		if slices.ContainsFunc(all, func(m serve.Model) bool { return m.Name == called }) {
			return nil, terminal.Usage("--model %s: two models are called %s", name, called)
		}
		all = append(all, serve.Model{Name: called, Open: func(ctx context.Context) (model.Checkpoint, error) { return p.findModel(ctx, name) }})
	}
	return all, nil
}

// serverToken returns the token that requests must bear, "" for none.
func (p *program) serverToken(ctx context.Context, file string) (string, error) {
	if file == "" {
		return os.Getenv("EXPLAIN_TOKEN"), nil
	}
	b, err := flags.ReadFile(ctx, file, 1<<12)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(b))
	if token == "" {
		return "", terminal.Usage("--token-file %s: the file is empty", file)
	}
	return token, nil
}

// serverLog returns where the server tells of requests: warnings and errors always,
// each request where steps are to be told.
func (p *program) serverLog() *slog.Logger {
	level := slog.LevelWarn
	switch {
	case p.terminal.Quiet:
		level = slog.LevelError
	case p.terminal.Verbose:
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(p.terminal.W, &slog.HandlerOptions{Level: level}))
}

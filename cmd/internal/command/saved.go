package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/hub"
	"github.com/whence-xai/whence/model/pretrained"
)

// savedArgument returns the explanation in the file that is named, nil where
// none is.
func (p *program) savedArgument(c *cli.Context) (*explain.Explanation, error) {
	if !c.Args().Present() {
		return nil, nil
	}
	name, err := flags.OneArgument(c, "FILE.json")
	if err != nil {
		return nil, err
	}
	return p.readExplanation(c.Context, name)
}

// mostSaved bounds a saved explanation, in bytes: JSON decoded takes several times its
// size in memory, and the file may be anybody's.
const mostSaved = 1 << 29

// readExplanation reads an explanation that was saved as JSON; "-" is standard input.
func (p *program) readExplanation(ctx context.Context, name string) (*explain.Explanation, error) {
	read := func() ([]byte, error) { return flags.ReadFile(ctx, name, mostSaved) }
	if name == "-" {
		read = func() ([]byte, error) { return flags.ReadAll(ctx, p.stdin, name, mostSaved) }
	}
	b, err := read()
	if err != nil {
		return nil, err
	}
	x, err := render.ReadJSON(bytes.NewReader(b))
	if err != nil {
		return nil, terminal.Usage("%s: %s", name, request.Plain(err))
	}
	return x, nil
}

// savedRequest returns the request that made a saved explanation. What a file says
// is data: a request has no place for a program, a host, a key or an output.
func savedRequest(x *explain.Explanation) (request.Request, error) {
	if x.Request == nil {
		return request.Request{}, terminal.Usage("the explanation does not say how it was made").Or(`explain --output FILE.json saves that, under "run"`)
	}
	r, err := request.Saved(x.Request, x.Subject.Text)
	if err == nil {
		err = r.Validate()
	}
	return r, terminal.Blame(flags.Faults(err))
}

// allowances are the flags by which a person names what no file may: programs,
// hosts, keys, models that are not here, and what concerns the machine.
func allowances() []cli.Flag {
	return []cli.Flag{
		flags.What.Text("model", "NAME", "the model, if it has moved since or is to be downloaded"),
		flags.What.Text("infill-model", "NAME", "the model of --mask infill"),
		flags.What.Text("encoder", "NAME", "the text embedding model of --score cosine"),
		flags.What.Text("endpoint", "URL", "the server to ask again"),
		flags.What.Text("key-env", "NAME", "the environment variable with its API key"),
		flags.What.Text("key-file", "FILE", "the file with its API key"),
		flags.What.Text("command", "CMD", "the program to ask again, run by the shell"),
		flags.Run.Text("cache", "FILE", "file of what it has answered; new answers are added"),
		flags.Run.Count("timeout", "maximum seconds for an answer"),
		flags.Threads(),
	}
}

// allowed returns the tasks to which an allowance is of use.
func allowed(flag string) []request.Task {
	switch flag {
	case "infill-model":
		return []request.Task{request.Classify}
	case "encoder", "endpoint", "key-env", "key-file":
		return []request.Task{request.Ask}
	case "command", "cache", "timeout":
		return []request.Task{request.Ask, request.Play}
	case "threads":
		return slices.DeleteFunc(request.Tasks(), func(t request.Task) bool { return t == request.Ask || t == request.Play })
	}
	return slices.DeleteFunc(request.Tasks(), func(t request.Task) bool { return t == request.Play })
}

// permitted refuses to do a request of a file again that needs what no file may name
// and the person has not named, and what was named to no use.
func permitted(c *cli.Context, task request.Task, files []string) error {
	if task == "" {
		task = request.Classify
	}
	for _, f := range allowances() {
		name := f.Names()[0]
		if c.IsSet(name) && !slices.Contains(allowed(name), task) {
			return terminal.Usage("--%s is of no use: explain %s made the explanation", name, task)
		}
	}
	switch {
	case task == request.Ask && !c.IsSet("endpoint") && !c.IsSet("command"):
		return terminal.Usage("the explanation is of a model on a server, or of a program, and no file may name one").
			Or("--endpoint URL names the server, --command CMD the program")
	case task == request.Play && !c.IsSet("command") && len(files) == 0:
		return terminal.Usage("the explanation is of a game, and no file may name the program that plays it").
			Or("explain verify FILE.json GAME.npz, or --command CMD where a program plays it")
	}
	return nil
}

// allowModels leaves of the models that a file's request names those that the person
// has named instead, those that are built in, and those that are here and have the
// weights that the explanation was made with. Nothing is downloaded for a file.
func allowModels(c *cli.Context, x *explain.Explanation, r *request.Request) error {
	for flag, name := range map[string]*string{"model": &r.Model.Name, "infill-model": &r.InfillModel, "encoder": &r.Encoder} {
		switch {
		case c.IsSet(flag):
			*name = c.String(flag)
		case *name == "" || flag == "model" && r.Task == request.Ask: // a server's own name for it
		default:
			dir, err := here(c.Context, x, flag, *name)
			if err != nil {
				return err
			}
			*name = dir
		}
	}
	return nil
}

// here returns the model that a file names by a field of its request, if it is built
// in, or a folder or a model of the hub that is here and has the right weights.
func here(ctx context.Context, x *explain.Explanation, flag, name string) (string, error) {
	if _, err := os.Stat(name); err != nil && slices.Contains(pretrained.Names(), name) {
		return name, nil
	}
	refused := func(why string) error {
		return terminal.Usage("the explanation names the model %q, %s", name, why).Or("--%s NAME says which to use", flag)
	}
	switch {
	case flag != "model" || len(x.Subject.SHA256) != 64:
		return "", refused("and does not tell its weights")
	// On Windows such a path opens a connection to the host that it names, and with
	// it sends the user's credentials.
	case strings.HasPrefix(name, `\\`) || strings.HasPrefix(name, "//"):
		return "", refused("which may be on another machine")
	}
	// Offline: what a file names is looked for in the cache and nowhere else.
	dir, err := hub.Resolve(ctx, name, hub.Options{Offline: true})
	if err != nil {
		return "", refused("which is not here")
	}
	files, err := model.Open(dir)
	if err != nil {
		return "", refused("which cannot be read")
	}
	defer files.Weights.Close()
	if sum := files.Weights.SHA256(); sum != x.Subject.SHA256 {
		return "", refused(fmt.Sprintf("which has other weights now (%.12s…, not %.12s…)", sum, x.Subject.SHA256))
	}
	return dir, nil
}

// restored returns the request that made a saved explanation of a classifier, with
// what the flags say in the place of what it said.
// Flags come last and win: to judge an explanation by another budget or seed is a
// fair question.
func restored(c *cli.Context, x *explain.Explanation) (r request.Request, err error) {
	if c.IsSet("prompt") || c.IsSet("file") {
		return r, terminal.Usage("both a saved explanation and a text are given")
	}
	if x.Request != nil {
		if r, err = savedRequest(x); err != nil {
			return r, err
		}
	}
	if r.Task != "" && r.Task != request.Classify {
		return r, terminal.Usage("the saved explanation was made by %q, and %s is for those of a classifier", r.Task, c.Command.Name)
	}
	r.Text = x.Subject.Text
	for to, said := range map[*string]string{&r.Mask: x.Subject.Masker, &r.Unit: x.Subject.Unit, &r.Scale: x.Subject.Scale} {
		if *to == "" { // the default, or what an old file does not tell
			*to = said
		}
	}
	r.Class = ""
	if len(x.Outputs) == 1 {
		r.Class = x.Outputs[0]
	}
	if err := allowModels(c, x, &r); err != nil {
		return r, err
	}
	return r, flags.Overlay(c, &r)
}

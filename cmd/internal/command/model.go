package command

import (
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/model/hub"
)

const (
	helpModel = `Downloads, lists and removes models of the Hugging Face hub. They are kept in
the same cache as those of Python's huggingface_hub.

usage:
  explain model pull NAME      download a model, or what is new of it
  explain model list           list the models that are here
  explain model info NAME|DIR  tell what a model is
  explain model rm NAME        remove a model

NAME is org/name or org/name@revision: a branch, a tag, a commit or a pull
request (refs/pr/45). HF_HOME and HF_HUB_CACHE say where the cache is, HF_TOKEN
is for models that are private or gated, HF_ENDPOINT is another hub, and with
HF_HUB_OFFLINE=1 no hub is asked, as with Python's huggingface_hub.
`
	helpModelPull = `Downloads a model of the Hugging Face hub, unless all of it is here: config,
tokenizer, and weights as safetensors, or else as pytorch_model.bin, of which
only tensors are read. An interrupted download is resumed. It prints the folder
of the model. Other commands use a model that is here as it is; pull asks
whether there is a newer one.

usage:
  explain model pull NAME [flags]

examples:
  explain model pull distilbert/distilbert-base-uncased-finetuned-sst-2-english
  explain model pull openai-community/gpt2@main
  HF_TOKEN=… explain model pull meta-llama/Llama-3.2-1B
`
	helpModelList = `Lists the models of the Hugging Face hub that are here, those that Python
programs downloaded included.

usage:
  explain model list [flags]
`
	helpModelRemove = `Removes a model from the cache, or one revision of it: a branch, a tag, or the
first digits of a commit. Files that other revisions have too are kept.

usage:
  explain model rm NAME [flags]

examples:
  explain model rm openai-community/gpt2
  explain model rm openai-community/gpt2@607a30d7 --yes
`
	helpModelInfo = `Tells what a model is, by its files, and whether they are whole.

usage:
  explain model info NAME|DIR [flags]

examples:
  explain model info openai-community/gpt2
  explain model info ./my-model --format json
`
)

// modelCommand nests: model has commands of its own, which only these flags
// concern.
func (p *program) modelCommand() *cli.Command {
	command := p.command("model", helpModel, noModelCommand)
	format := flags.Format("table", "json")
	command.Subcommands = []*cli.Command{
		p.command("pull", helpModelPull, p.pullModel, flags.Common()),
		p.command("list", helpModelList, p.listModels, []cli.Flag{format}),
		p.command("info", helpModelInfo, p.modelInfo, flags.Common(format)),
		p.command("rm", helpModelRemove, p.removeModel, []cli.Flag{flags.Run.Bool("yes", "do not ask")}),
	}
	return command
}

// noModelCommand tells which commands there are.
func noModelCommand(c *cli.Context) error {
	if !c.Args().Present() {
		return terminal.Usage("model pull, list, info or rm?").Or("explain model --help tells of them")
	}
	e := terminal.Usage("model has no command %q", c.Args().First())
	if near := request.Nearest(c.Args().First(), []string{"pull", "list", "info", "rm"}); near != "" {
		return e.Or("did you mean explain model %s?", near)
	}
	return e.Or("there are pull, list, info and rm")
}

// pullModel downloads a model and prints its folder.
func (p *program) pullModel(c *cli.Context) error {
	name, err := flags.OneArgument(c, "NAME")
	if err != nil {
		return err
	}
	begin := time.Now()
	dir, err := p.terminal.Pull(c.Context, name)
	if err != nil {
		return err
	}
	p.terminal.Step(begin, "%s", name)
	_, err = fmt.Fprintln(p.stdout, dir)
	return err
}

// listModels prints a table of the models in the cache.
func (p *program) listModels(c *cli.Context) error {
	if c.Args().Present() {
		return terminal.Usage("model list: unexpected argument %q", c.Args().First()).Or("explain model info %s", c.Args().First())
	}
	models, err := hub.List(hub.Options{})
	if err != nil {
		return err
	}
	if c.String("format") == "json" {
		return output.JSON(p.stdout, append([]hub.Model{}, models...))
	}
	if len(models) == 0 {
		p.terminal.Printf("no models are here\nhint: explain model pull org/name downloads one")
		return nil
	}
	// A row is a revision: its repository; the branches and tags that point at it;
	// the first 12 digits of its commit; the bytes of its files, those included
	// that other revisions share; and when it was used last.
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "model\trevision\tcommit\tsize\tlast used")
	for _, m := range models {
		for _, r := range m.Revisions {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", oneLine(m.Repo), oneLine(joined(r.Refs)), r.Commit[:12], terminal.Bytes(r.Bytes), r.Used.Format("2006-01-02 15:04"))
		}
	}
	return w.Flush()
}

// removeModel removes a model from the cache, after it has asked.
func (p *program) removeModel(c *cli.Context) error {
	name, err := flags.OneArgument(c, "NAME")
	if err != nil {
		return err
	}
	r, err := hub.FindRemoval(name, hub.Options{})
	if err != nil {
		return terminal.HubError(err)
	}
	if !c.Bool("yes") {
		// A script has nobody to answer: it must say --yes rather than hang at the
		// question.
		if !terminal.Interactive(p.stdin) {
			return terminal.Usage("model rm: would remove %s, %s", name, terminal.Bytes(r.Bytes)).Or("--yes removes it without a question")
		}
		fmt.Fprintf(p.terminal.W, "remove %s, %s? [y/N] ", name, terminal.Bytes(r.Bytes))
		if answer, err := readLine(c.Context, p.stdin.(*os.File)); err != nil || answer != "y" && answer != "yes" {
			return err
		}
	}
	if err := r.Do(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "removed %s, %s\n", name, terminal.Bytes(r.Bytes))
	return err
}

package command

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model/hub"
	"github.com/whence-xai/whence/model/pretrained"
	"github.com/whence-xai/whence/model/safetensors"
)

// repeatable are the commands whose explanations can be made again.
var repeatable = []string{"explain", "game", "generate", "translate", "answer", "tag", "fill", "ask"}

// allowances are the flags by which a person names what no file may: programs,
// hosts, keys, models that are not here, and what concerns the machine.
func allowances() []cli.Flag {
	return []cli.Flag{
		words(groupWhat, "model", "NAME", "the model, where it has moved since or is to be downloaded"),
		words(groupWhat, "infill-model", "NAME", "the model that fills in, of --mask infill"),
		words(groupWhat, "encoder", "NAME", "the encoder, of --score cosine"),
		words(groupWhat, "endpoint", "URL", "the server to ask again"),
		words(groupWhat, "key-env", "NAME", "the variable where its key is"),
		words(groupWhat, "key-file", "FILE", "the file where its key is"),
		words(groupWhat, "command", "CMD", "the program to ask again, run by the shell"),
		words(groupRun, "cache", "FILE", "what it has answered; more is added"),
		number(groupRun, "timeout", "seconds that an answer of it may take"),
		number(groupRun, "threads", "threads of the model (default: all processors)"),
	}
}

// callOf returns the command line that makes x again. Of its settings it takes
// those alone that define numbers; the rest is what c allows. Values that a file
// kept are left out, since they are to be found out anew.
func callOf(c *cli.Context, app *cli.App, x *explain.Explanation) ([]string, error) {
	flags, err := flagsOf(app, x.Run.Command)
	if err != nil {
		return nil, err
	}
	if err := permitted(c, x, flags); err != nil {
		return nil, err
	}
	var args []string
	if x.Run.Command != app.Name {
		args = append(args, x.Run.Command)
	}
	if slices.Contains(flagNames(flags), "no-cache") && !c.IsSet("cache") {
		args = append(args, "--no-cache")
	}
	for _, f := range flags {
		name := f.Names()[0]
		if isAllowance(name) && c.IsSet(name) {
			args = append(args, fmt.Sprintf("--%s=%v", name, c.Value(name)))
			continue
		}
		value, ok, err := said(c, x, name)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		values := []string{value}
		if _, many := f.(*cli.StringSliceFlag); many {
			values = splitSetting(value)
		}
		for _, v := range values {
			if err := namesFile(name, v); err != nil {
				return nil, err
			}
			args = append(args, "--"+name+"="+v)
		}
	}
	return args, nil
}

// flagsOf returns the flags of the command that made an explanation.
func flagsOf(app *cli.App, command string) ([]cli.Flag, error) {
	switch {
	case command == "":
		return nil, usage("the explanation does not say how it was made").or(`explain --output FILE.json saves that, under "run"`)
	case !slices.Contains(repeatable, command):
		return nil, usage("the explanation was made by %q, which this program does not do again", command)
	case command == app.Name:
		return app.Flags, nil
	}
	return app.Command(command).Flags, nil
}

// isAllowance reports whether a flag is one that a person allows something by.
func isAllowance(name string) bool { return slices.Contains(flagNames(allowances()), name) }

// permitted refuses to make an explanation again that needs what no file may name
// and the person has not named, and what was named to no use.
func permitted(c *cli.Context, x *explain.Explanation, flags []cli.Flag) error {
	known := flagNames(flags)
	for _, name := range flagNames(allowances()) {
		if c.IsSet(name) && !slices.Contains(known, name) {
			return usage("--%s is of no use: explain %s made the explanation", name, x.Run.Command)
		}
	}
	switch {
	case x.Run.Command == "ask" && !c.IsSet("endpoint") && !c.IsSet("command"):
		return usage("the explanation is of a model on a server, or of a program, and no file may name one").
			or("--endpoint URL names the server, --command CMD the program")
	case x.Run.Command == "game" && !c.IsSet("command") && c.Args().Len() < 2:
		return usage("the explanation is of a game, and no file may name the program that plays it").
			or("explain verify FILE.json GAME.npz, or --command CMD where a program plays it")
	case x.Run.Command == "generate" && x.Run.Settings["chat"] == "true":
		return usage("the explanation is of a chat, of which it has the text as the model read it, not the messages")
	}
	return nil
}

// said returns what an explanation says that a flag was, if it may.
func said(c *cli.Context, x *explain.Explanation, name string) (value string, ok bool, err error) {
	settings := x.Run.Settings
	switch {
	case name == "prompt":
		return x.Subject.Text, settings["template"] == "", nil
	case name == "context": // of answer, behind the question
		text, found := strings.CutPrefix(x.Subject.Text, settings["question"])
		return text, found, nil
	}
	value, ok = settings[name]
	switch claimOf(x.Run.Command, name) {
	case defining:
		if name == "neutralize" && value != "groups" {
			value = listed(value)
		}
		return value, ok && (value != "" || name == "system"), nil
	case naming:
		if value == "" {
			return "", false, nil
		}
		value, err = here(c, x, name)
		return value, err == nil, err
	}
	return "", false, nil
}

// listed writes words in lines, which are never taken for the name of a file.
func listed(words string) string {
	if words == "" || strings.Contains(words, "\n") {
		return words
	}
	return strings.ReplaceAll(words, ",", "\n") + "\n"
}

// namesFile refuses values by which flags that take texts read files.
func namesFile(name, value string) error {
	_, text, _ := strings.Cut(value, "=")
	switch {
	case name == "template" && !strings.Contains(value, "{"),
		name == "set" && strings.HasPrefix(text, "@") && !strings.HasPrefix(text, "@@"):
		return usage("the explanation names a file: --%s %s", name, value).or("one saved by this version has the file's text")
	}
	return nil
}

// here returns the model that a naming flag of x is about, if it is built in, or a
// folder or a model of the hub that is here and has the weights that x was made
// with. Nothing is downloaded for a file.
func here(c *cli.Context, x *explain.Explanation, flag string) (string, error) {
	name := x.Run.Settings[flag]
	if _, err := os.Stat(name); err != nil && slices.Contains(pretrained.Names(), name) {
		return name, nil
	}
	refused := func(why string) error {
		return usage("the explanation names the model %q, %s", name, why).or("--%s NAME says which to use", flag)
	}
	switch {
	case flag != "model" || len(x.Subject.SHA256) != 64:
		return "", refused("and does not tell its weights")
	case strings.HasPrefix(name, `\\`) || strings.HasPrefix(name, "//"):
		return "", refused("which may be on another machine")
	}
	dir, err := hub.Resolve(c.Context, name, hub.Options{Offline: true})
	if err != nil {
		return "", refused("which is not here")
	}
	weights, err := safetensors.Open(dir)
	if err != nil {
		return "", refused("which cannot be read")
	}
	defer weights.Close()
	if sum := weights.SHA256(); sum != x.Subject.SHA256 {
		return "", refused(fmt.Sprintf("which has other weights now (%.12s…, not %.12s…)", sum, x.Subject.SHA256))
	}
	return dir, nil
}

// restore sets the flags of c as a saved explanation of a classifier had them, but
// for those that were given now.
func restore(c *cli.Context, x *explain.Explanation) error {
	if c.IsSet("prompt") || c.IsSet("file") {
		return usage("both a saved explanation and a text are given")
	}
	if command := x.Run.Command; command != "" && command != "explain" {
		return usage("the saved explanation was made by %q, and %s is for those of a classifier", command, c.Command.Name)
	}
	asked := *x
	asked.Run.Command = "explain"
	asked.Run.Settings = map[string]string{"mask": x.Subject.Masker, "unit": x.Subject.Unit, "scale": x.Subject.Scale}
	for name, value := range x.Run.Settings {
		asked.Run.Settings[name] = value
	}
	delete(asked.Run.Settings, "class")
	if len(x.Outputs) == 1 {
		asked.Run.Settings["class"] = x.Outputs[0]
	}
	for _, f := range c.Command.Flags {
		name := f.Names()[0]
		if c.IsSet(name) {
			continue
		}
		value, ok, err := said(c, &asked, name)
		if err != nil {
			return err
		}
		if ok {
			err = c.Set(name, value)
		}
		if a, checks := f.(cli.ActionableFlag); ok && err == nil && checks {
			err = a.RunAction(c) // a command's flags are checked before it begins
		}
		if err != nil {
			return usage("setting %s of the saved explanation: %w", name, err)
		}
	}
	return nil
}

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/corpus/bucket"
)

func (p *program) corpusCommand() *cli.Command {
	flags := slices.Concat(fieldFlags(), modelFlags(), methodFlags(), gameFlags(), corpusOutputFlags(), shardFlags(), runFlags(batchFlags()...))
	return p.command("corpus", helpCorpus, flags, p.corpus)
}

// fieldFlags say where the documents of a corpus are in it.
func fieldFlags() []cli.Flag {
	field := words(groupWhat, "text-field", "NAME", "the field with the text (default: text)")
	field.Value = "text"
	return []cli.Flag{
		field,
		words(groupWhat, "id-field", "NAME", "the field with what a text is called"),
		words(groupWhat, "label-field", "NAME", "the field with its true class"),
		number(groupWhat, "limit", "rows to read at most (default: all)"),
	}
}

func corpusOutputFlags() []cli.Flag {
	output := words(groupOutput, "output", "FILE", "a .jsonl or .parquet, to be written")
	output.Aliases = []string{"o"}
	return []cli.Flag{output, truth(groupOutput, "omit-text", "leave the whole text out of the rows, which have its words")}
}

func shardFlags() []cli.Flag {
	return []cli.Flag{
		number(groupRun, "shards", "parts that the corpus is cut into (default: by its size)"),
		number(groupRun, "shard", "do one of --shards, from 0 on (default: all, or in a job array of Slurm or Kubernetes the job's own)"),
		truth(groupRun, "dry-run", "only tell what the run would take"),
		newChoice(groupRun, "emit", "ENGINE", "print a job for slurm or kubernetes that does all shards", "nothing", "slurm", "kubernetes"),
	}
}

// corpus explains a corpus, or a shard of it.
func (p *program) corpus(c *cli.Context) error {
	shard, err := shardOf(c)
	if err != nil {
		return err
	}
	if err := emittable(c, c.String("emit")); err != nil {
		return err
	}
	run, e, err := newRun(c)
	if err != nil {
		return err
	}
	if engine := c.String("emit"); engine != "nothing" || c.Bool("dry-run") {
		return p.foresee(c, e, run.Input, engine)
	}
	if shard >= run.Shards {
		return usage("shard %d of %d, which count from 0", shard, run.Shards)
	}
	begin := time.Now()
	done := p.follow(run)
	var m *corpus.Manifest
	if shard >= 0 {
		m, err = run.Shard(c.Context, shard)
	} else {
		m, err = run.All(c.Context)
	}
	done()
	if err != nil {
		return err
	}
	p.step(begin, "%d rows", m.Rows)
	return p.summarize(m, run.Output)
}

// refusal returns the error that a run is not sound, with advice where it would write
// over what it reads.
func refusal(err error, output string) error {
	wrong := &usageError{err: err}
	var clash *corpus.ClashError
	if errors.As(err, &clash) {
		ext := filepath.Ext(output)
		return wrong.or("--output %s.2%s", strings.TrimSuffix(output, ext), ext)
	}
	return wrong
}

// OpenCorpus returns the run that "explain corpus" with these arguments does, for
// somebody else to do its shards. The context is for as long as that takes.
func OpenCorpus(ctx context.Context, args []string) (run *corpus.Run, err error) {
	p := &program{stdout: io.Discard, terminal: terminal{w: io.Discard}}
	app := p.app()
	app.Command("corpus").Action = func(c *cli.Context) (err error) {
		for _, flag := range []string{"shard", "dry-run", "emit"} {
			if c.IsSet(flag) {
				return usage("--%s is for explain corpus alone", flag)
			}
		}
		run, _, err = newRun(c)
		return err
	}
	if err := p.execute(ctx, app, append([]string{"corpus"}, args...)); err != nil {
		return nil, err
	}
	if run == nil {
		return nil, usage("%q asks for no run", args)
	}
	return run, nil
}

// foresee tells what a run would take, or prints a job that does it.
func (p *program) foresee(c *cli.Context, e *documentExplainer, in *corpus.Input, engine string) error {
	k, err := e.preview(c, in)
	if err != nil {
		return err
	}
	if engine != "nothing" {
		return p.emit(c, engine, k)
	}
	return p.publish(output{format: "table"}, k.finding(c))
}

// shardOf returns which shard is to be done, −1 for all: the one that the flag
// names, or where the number of shards is given that of the job array.
func shardOf(c *cli.Context) (int, error) {
	switch {
	case c.IsSet("shard") && !c.IsSet("shards"):
		return 0, usage("--shard without --shards").or("every machine must be told the same --shards")
	case c.IsSet("shard"):
		return c.Int("shard"), nil
	case !c.IsSet("shards"):
		return -1, nil
	}
	for _, name := range []string{"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"} {
		if value := os.Getenv(name); value != "" {
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 {
				return 0, usage("%s=%s is no number of a shard", name, value)
			}
			return n, nil
		}
	}
	return -1, nil
}

// newRun makes a run of the flags, and what explains its documents.
func newRun(c *cli.Context) (*corpus.Run, *documentExplainer, error) {
	output, err := corpusFiles(c)
	if err != nil {
		return nil, nil, err
	}
	e, err := newDocumentExplainer(c)
	if err != nil {
		return nil, nil, err
	}
	fields := corpus.Fields{Text: c.String("text-field"), ID: c.String("id-field"), Label: c.String("label-field")}
	store := &bucket.Store{}
	in, err := corpus.Open(c.Context, store, c.Args().Slice(), fields, int64(c.Int("limit")))
	if err != nil {
		return nil, nil, badInput(err)
	}
	r := &corpus.Run{
		Input: in, Store: store, Output: output, Shards: c.Int("shards"),
		Settings: e.settings(c), Explain: e.explain, OmitText: c.Bool("omit-text"),
	}
	if r.Shards == 0 {
		r.Shards = in.Shards()
	}
	if err := r.Check(); err != nil {
		return nil, nil, refusal(err, r.Output)
	}
	return r, e, nil
}

// corpusFiles checks how the files are named and returns the output.
func corpusFiles(c *cli.Context) (output string, err error) {
	output = c.String("output")
	extension := strings.ToLower(path.Ext(output))
	switch {
	case !c.Args().Present():
		return "", usage("corpus: no input given").or("explain corpus reviews.jsonl --output why.jsonl")
	case output == "":
		return "", usage("corpus: no --output given").or("--output why.jsonl, for one")
	case extension != ".jsonl" && extension != ".parquet":
		return "", usage("--output %s is neither .jsonl nor .parquet", output)
	case slices.Contains(c.Args().Slice(), output):
		return "", usage("%s is both input and output", output)
	}
	return output, nil
}

// badInput says what to do about an input that cannot be used.
func badInput(err error) error {
	var missing *corpus.MissingFieldError
	e := &usageError{err: err}
	if errors.As(err, &missing) && len(missing.Have) > 0 {
		name := missing.Have[0]
		if near := nearest(missing.Field, missing.Have); near != "" {
			name = near
		}
		return e.or("name the field with the text: --text-field %q", name)
	}
	return e
}

// summarize prints what became of a corpus.
func (p *program) summarize(m *corpus.Manifest, output string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows: %d explained, %d could not be", m.Rows, m.Good, m.Dead)
	if m.Empty > 0 {
		fmt.Fprintf(&b, ", %d of which have no text", m.Empty)
	}
	b.WriteString("\n")
	if m.Shard >= 0 {
		fmt.Fprintf(&b, "shard %d of %d is done\n", m.Shard, m.Shards)
	} else {
		fmt.Fprintf(&b, "explanations: %s\n", output)
		if m.Dead > 0 {
			fmt.Fprintf(&b, "dead letters: %s\n", corpus.DeadLetters(output))
		}
		fmt.Fprintf(&b, "manifest:     %s\n", corpus.ManifestOf(output))
	}
	_, err := p.stdout.Write([]byte(b.String()))
	if err == nil && m.Good == 0 && m.Rows > 0 {
		err = errors.New("no row could be explained")
	}
	return err
}

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

	"github.com/whence-xai/whence/cmd/internal/request"
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

// corpusFlags are what the flags say of a run over a corpus, beside the request.
type corpusFlags struct {
	inputs   []string
	output   string
	fields   corpus.Fields
	limit    int // rows; 0 for all
	omitText bool
	shards   int // 0 for as many as suit the corpus
	shard    int // to be done; −1 for all
	threads  int
	engine   string   // to print a job for; "nothing" for none
	foresee  bool     // only tell what it would take
	args     []string // of the same run, but for the shards
}

// corpusFlagsOf reads the flags and checks how the files are named.
func corpusFlagsOf(c *cli.Context) (f corpusFlags, err error) {
	f = corpusFlags{
		inputs: c.Args().Slice(), output: c.String("output"), fields: fieldsOf(c), limit: c.Int("limit"), omitText: c.Bool("omit-text"),
		shards: c.Int("shards"), threads: c.Int("threads"), engine: c.String("emit"), foresee: c.Bool("dry-run"), args: commandLine(c),
	}
	if f.shard, err = shardOf(c); err == nil {
		err = f.emittable()
	}
	if err != nil {
		return f, err
	}
	extension := strings.ToLower(path.Ext(f.output))
	switch {
	case len(f.inputs) == 0:
		return f, usage("corpus: no input given").or("explain corpus reviews.jsonl --output why.jsonl")
	case f.output == "":
		return f, usage("corpus: no --output given").or("--output why.jsonl, for one")
	case extension != ".jsonl" && extension != ".parquet":
		return f, usage("--output %s is neither .jsonl nor .parquet", f.output)
	case slices.Contains(f.inputs, f.output):
		return f, usage("%s is both input and output", f.output)
	}
	return f, nil
}

// fieldsOf returns where the flags say that the documents of a corpus are in it.
func fieldsOf(c *cli.Context) corpus.Fields {
	return corpus.Fields{Text: c.String("text-field"), ID: c.String("id-field"), Label: c.String("label-field")}
}

// corpus explains a corpus, or a shard of it.
func (p *program) corpus(c *cli.Context) error {
	f, run, e, err := p.newRun(c)
	if err != nil {
		return err
	}
	if f.engine != "nothing" || f.foresee {
		return p.foresee(c.Context, f, e, run.Input)
	}
	if f.shard >= run.Shards {
		return usage("shard %d of %d, which count from 0", f.shard, run.Shards)
	}
	begin := time.Now()
	done := p.follow(run)
	var m *corpus.Manifest
	if f.shard >= 0 {
		m, err = run.Shard(c.Context, f.shard)
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
		_, run, _, err = p.newRun(c)
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
func (p *program) foresee(ctx context.Context, f corpusFlags, e *documentExplainer, in *corpus.Input) error {
	k, err := e.preview(ctx, in, f.threads)
	if err != nil {
		return err
	}
	if f.engine != "nothing" {
		return p.emit(f, k)
	}
	return p.publish(output{format: "table"}, k.finding(e.Request))
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
func (p *program) newRun(c *cli.Context) (f corpusFlags, run *corpus.Run, e *documentExplainer, err error) {
	if f, err = corpusFlagsOf(c); err != nil {
		return f, nil, nil, err
	}
	var r request.Request
	if err = overlay(c, &r); err != nil {
		return f, nil, nil, err
	}
	if e, err = newDocumentExplainer(c.Context, r, p.models(c)); err != nil {
		return f, nil, nil, err
	}
	store := &bucket.Store{}
	in, err := corpus.Open(c.Context, store, f.inputs, f.fields, int64(f.limit))
	if err != nil {
		return f, nil, nil, badInput(err)
	}
	run = &corpus.Run{
		Input: in, Store: store, Output: f.output, Shards: f.shards,
		Settings: e.settings(f), Explain: e.explain, OmitText: f.omitText,
	}
	if run.Shards == 0 {
		run.Shards = in.Shards()
	}
	if err := run.Check(); err != nil {
		return f, nil, nil, refusal(err, run.Output)
	}
	return f, run, e, nil
}

// badInput says what to do about an input that cannot be used.
func badInput(err error) error {
	var missing *corpus.MissingFieldError
	e := &usageError{err: err}
	if errors.As(err, &missing) && len(missing.Have) > 0 {
		name := missing.Have[0]
		if near := request.Nearest(missing.Field, missing.Have); near != "" {
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

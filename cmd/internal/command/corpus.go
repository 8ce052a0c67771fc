package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/quote"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/corpus/bucket"
)

const helpCorpus = `Explains every text of a corpus: .jsonl, .csv and .tsv files, also compressed as
.gz or .zst, and .parquet. Names may have the wildcards *, ? and […], and be in
Amazon S3 or Google Cloud Storage (s3://BUCKET/KEY, gs://BUCKET/KEY). OUT is a
.jsonl or .parquet file with a row for each text, in order. Rows that cannot be
explained are written, with the reason, to why.dead.jsonl where OUT is
why.jsonl; OUT.manifest.json says what was done.

Tables are read as pandas reads them. The separator is a comma, semicolon, tab
or bar, whichever gives the named fields. Quotes in .tsv enclose a value if
every one has its match, and are plain characters otherwise. A dot names a
nested field: review.text.
Texts over 1 MiB, rows over 4 MiB and empty texts are not explained.

A run that was stopped continues where it was when it is started again. To share
a corpus among machines, let each do some shards, then join the parts:
  explain corpus IN… --output OUT --shards 100 --shard 7
  explain merge OUT
--dry-run estimates the time and a good number of shards, --emit prints a job
for Slurm or Kubernetes, and the program explain-beam runs the shards on Apache
Beam, with Flink for instance. Each shard of a compressed file reads it from its
beginning, so many files of moderate size are better than one large one.

usage:
  explain corpus IN… --output OUT [flags]

examples:
  explain corpus reviews.jsonl --text-field body -o why.jsonl
  explain corpus "part-*.csv.gz" --label-field stars --budget 64 -o why.parquet
  explain corpus "s3://shop/in/*.jsonl.zst" -o s3://shop/why.jsonl --emit slurm
`

func (p *program) corpusCommand() *cli.Command {
	return p.command("corpus", helpCorpus, p.corpus,
		fieldFlags(), flags.Classifier(), corpusOutputFlags(), shardFlags(), flags.Batches())
}

// corpus explains a corpus, or a shard of it.
// Settings are fixed before the first row is read, and written with every part:
// whoever goes on with the run tomorrow, or on another machine, must have the same.
func (p *program) corpus(c *cli.Context) error {
	f, run, e, err := p.newRun(c)
	if err != nil {
		return err
	}
	// Before the shard is checked: a job for all shards is printed on a machine
	// that does none.
	if f.engine != "nothing" || f.foresee {
		return p.foresee(c.Context, f, e, run.Input)
	}
	if f.shard >= run.Shards {
		return terminal.Usage("shard %d of %d, which count from 0", f.shard, run.Shards)
	}
	begin := time.Now()
	done := p.terminal.Follow(run)
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
	p.terminal.Step(begin, "%d rows", m.Rows)
	return p.summarize(m, run.Output)
}

// refusal returns the error that a run is not sound, with advice where it would write
// over what it reads.
func refusal(err error, output string) error {
	wrong := &terminal.UsageError{Err: err}
	var clash *corpus.ClashError
	if errors.As(err, &clash) {
		ext := filepath.Ext(output)
		return wrong.Or("--output %s.2%s", strings.TrimSuffix(output, ext), ext)
	}
	return wrong
}

// OpenCorpus returns the run that "explain corpus" with these arguments does, for
// somebody else to do its shards. The context is for as long as that takes.
func OpenCorpus(ctx context.Context, args []string) (run *corpus.Run, err error) {
	p := &program{stdout: io.Discard, terminal: terminal.Terminal{W: io.Discard}}
	app := p.app()
	app.Command("corpus").Action = func(c *cli.Context) (err error) {
		for _, flag := range []string{"shard", "dry-run", "emit"} {
			if c.IsSet(flag) {
				return terminal.Usage("--%s is for explain corpus alone", flag)
			}
		}
		_, run, _, err = p.newRun(c)
		return err
	}
	if err := flags.Execute(ctx, app, append([]string{"corpus"}, args...)); err != nil {
		return nil, err
	}
	if run == nil {
		return nil, terminal.Usage("%q asks for no run", args)
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
	return output.Output{Stdout: p.stdout, Format: "table"}.Finding(k.finding(e.Request))
}

// newRun makes a run of the flags, and what explains its documents.
func (p *program) newRun(c *cli.Context) (f corpusFlags, run *corpus.Run, e *documentExplainer, err error) {
	if f, err = corpusFlagsOf(c); err != nil {
		return f, nil, nil, err
	}
	var r request.Request
	if err = flags.Overlay(c, &r); err != nil {
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
	// The number is part of what a run is: parts of another division cannot be
	// joined with it.
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
	e := &terminal.UsageError{Err: err}
	if errors.As(err, &missing) && len(missing.Have) > 0 {
		return e.Or("name the field with the text: --text-field %s", quote.Typed(likely(missing)))
	}
	return e
}

// likely returns the field that was probably meant: one of nearly that name, perhaps
// in an object, or else the one with the longest text.
func likely(missing *corpus.MissingFieldError) string {
	if near := request.Nearest(missing.Field, missing.Have); near != "" {
		return near
	}
	for _, name := range missing.Have {
		if last := name[strings.LastIndexByte(name, '.')+1:]; request.Nearest(missing.Field, []string{last}) != "" {
			return name
		}
	}
	return cmp.Or(missing.Longest, missing.Have[0])
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
	// Single rows that fail are no failure of the run; all of them are, for scripts
	// that look at nothing but the exit status.
	if err == nil && m.Good == 0 && m.Rows > 0 {
		err = errors.New("no row could be explained")
	}
	return err
}

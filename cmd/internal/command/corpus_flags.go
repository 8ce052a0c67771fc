package command

import (
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/corpus"
)

// fieldFlags say where the documents of a corpus are in it.
func fieldFlags() []cli.Flag {
	field := flags.What.Text("text-field", "NAME", "the field with the text (default: text)")
	field.Value = "text"
	return []cli.Flag{
		field,
		flags.What.Text("id-field", "NAME", "the field with the identifier of the text"),
		flags.What.Text("label-field", "NAME", "the field with the true class of the text"),
		flags.What.Count("limit", "maximum number of rows (default: all)"),
	}
}

// corpusOutputFlags has no standard output for default, as rows, dead letters and
// manifest are three files.
func corpusOutputFlags() []cli.Flag {
	return []cli.Flag{flags.File("the .jsonl or .parquet file to write"), flags.Print.Bool("omit-text", "leave the text out of the rows, which have its words all the same")}
}

// shardFlags say how a run is divided. Shards are numbered from 0, as job arrays
// number theirs.
func shardFlags() []cli.Flag {
	return []cli.Flag{
		flags.Run.Count("shards", "number of parts that the corpus is divided into (default: by its size)"),
		flags.Run.Count("shard", "the shard to do, from 0 (default: all, or in a job array of Slurm or Kubernetes that of the job)"),
		flags.Run.Bool("dry-run", "only estimate what the run would take"),
		flags.Run.Choice("emit", "ENGINE", "print a job that does all shards, instead of doing them", "nothing", "slurm", "kubernetes"),
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
		return f, terminal.Usage("corpus: no input given").Or("explain corpus reviews.jsonl --output why.jsonl")
	case f.output == "":
		return f, terminal.Usage("corpus: no --output given").Or("--output why.jsonl, for one")
	case extension != ".jsonl" && extension != ".parquet":
		return f, terminal.Usage("--output %s is neither .jsonl nor .parquet", f.output)
	case slices.Contains(f.inputs, f.output):
		return f, terminal.Usage("%s is both input and output", f.output)
	}
	return f, nil
}

// fieldsOf returns where the flags say that the documents of a corpus are in it.
func fieldsOf(c *cli.Context) corpus.Fields {
	return corpus.Fields{Text: c.String("text-field"), ID: c.String("id-field"), Label: c.String("label-field")}
}

// shardOf returns which shard is to be done, −1 for all: the one that the flag
// names, or where the number of shards is given that of the job array.
func shardOf(c *cli.Context) (int, error) {
	switch {
	case c.IsSet("shard") && !c.IsSet("shards"):
		return 0, terminal.Usage("--shard without --shards").Or("every machine must be told the same --shards")
	case c.IsSet("shard"):
		return c.Int("shard"), nil
	case !c.IsSet("shards"):
		return -1, nil
	}
	// Slurm's job arrays and Kubernetes' Indexed Jobs tell each of their processes
	// its number here. It is heeded with --shards alone: a run of one's own within
	// some other job array must not do a part and call it the whole.
	for _, name := range []string{"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"} {
		if value := os.Getenv(name); value != "" {
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 {
				return 0, terminal.Usage("%s=%s is no number of a shard", name, value)
			}
			return n, nil
		}
	}
	return -1, nil
}

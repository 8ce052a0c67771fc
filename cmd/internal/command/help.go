package command

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// The heads of help: what a command is for, how it is called, and examples.
// The flags follow from their definitions.
const (
	helpExplain = `Tells why a language model said what it said: which words of a text made it
answer as it did, each with its share and its error.

usage:
  explain [flags] --prompt TEXT
  explain game FILE.npz [flags]         estimate on a stored game
  explain game --command CMD [flags]    estimate on a game that a program plays
  explain show FILE.json [flags]        print a saved explanation
  explain corpus IN… --output OUT       explain many texts
  explain merge OUT                     join the parts of a corpus
  explain report OUT… [flags]           sum up the explanations of a corpus
  explain evaluate [FILE.json] [flags]  tell how good an explanation is
  explain compare --masks A,B [flags]   explain in several ways, side by side
  explain verify FILE.json [flags]      make a saved explanation again, compare
  explain diff A.json B.json            tell how two explanations differ
  explain audit [SET] [flags]           tell whether a model treats people alike
  explain generate --prompt TEXT        go on with a text
  explain translate --prompt TEXT       write one text for another
  explain answer --question TEXT …      find the answer in a text
  explain tag --prompt TEXT             label names and other parts of a text
  explain fill --prompt TEXT            tell which words may stand for [MASK]
  explain attend --prompt TEXT          show attention and the logit lens
  explain ask --endpoint URL [flags]    ask a model on a server, or a program
  explain model pull|list|info|rm       models of the Hugging Face hub
  explain completion bash|zsh|fish      print a script that completes flags

examples:
  explain --prompt "The plot is thin, but the acting is wonderful."
  explain --file review.txt --unit sentence --sort score
  explain --prompt "not bad at all" --output why.json && explain show why.json
  explain --prompt "not bad at all" --index k-SII --output why.html

The exit status is 0, 1 for a failure, 2 for a mistake in the command, 130 when
interrupted.
`
	helpGame = `Estimates on a stored game, of which the value of every coalition is known: a
NumPy archive with arrays "coalitions" (bool, 2^n × n) and "values" (2^n). Or on
one that a program plays. It speaks lines of JSON, and first says
  {"n": 14, "outputs": 1, "players": ["not", …]}   (outputs, players: optional)
Then it reads requests, masks being the hexadecimal Σ 2^i over players present,
and answers each with a value a mask, or a list of them where outputs > 1:
  {"masks": ["3fff", "1a2"]}
  {"values": [0.1, 0.9]}
It ends when its input does. When it fails, what is known by then is printed.

usage:
  explain game FILE.npz [flags]
  explain game --command CMD [flags]

examples:
  explain game review.npz --method kernel --budget 200 --compare
  explain game --command "python game.py" --max-error 0.05 --budget 2000
`
	helpShow = `Prints an explanation that was saved as JSON, in any format. FILE may be "-"
for standard input.

usage:
  explain show FILE.json [flags]

examples:
  explain show why.json --format markdown --sort score --top 5
  explain show why.json --output why.html
  explain show why.json --picture force --output why.png

A png is drawn letter by letter: scripts that join letters or run from right to
left cannot be, and CJK takes a --font. html and svg have every script.
`
	helpCorpus = `Explains every text of a corpus: files of .jsonl, .csv or .tsv, perhaps with .gz
or .zst behind, or .parquet; names may have *, ? and […], and be those of S3 or
Google's store (s3://BUCKET/KEY, gs://BUCKET/KEY). OUT is .jsonl or .parquet, a
row a text, in order. Rows that cannot be explained go, with the reason, to
why.dead.jsonl where OUT is why.jsonl; OUT.manifest.json says what was done.

Tables are read as pandas reads them. Commas, semicolons, tabs or bars separate,
whichever gives the named fields. Quotes in .tsv enclose a value if all of them
fit, and else stand for themselves. Fields within others have dots: review.text.
Texts over 1 MiB, rows over 4 MiB and empty texts are not explained.

A run that was stopped goes on where it was when it is started again. To share a
corpus among machines, let each do some shards, then join the parts:
  explain corpus IN… --output OUT --shards 100 --shard 7
  explain merge OUT
--dry-run tells how long all would take and how many shards that makes, --emit
prints a job for Slurm or Kubernetes, the program explain-beam has Apache Beam
do them, on Flink for one. A compressed file is read from its beginning by who
does a shard of it: many of moderate size are shared better than one large one.

usage:
  explain corpus IN… --output OUT [flags]

examples:
  explain corpus reviews.jsonl --text-field body -o why.jsonl
  explain corpus "part-*.csv.gz" --label-field stars --budget 64 -o why.parquet
  explain corpus "s3://shop/in/*.jsonl.zst" -o s3://shop/why.jsonl --emit slurm
`
	helpReport = `Says what the explanations of a corpus come to: the words that raise and lower
each class with intervals, what drove the errors (where rows have labels), kinds
of explanations, texts that show most of them, and a decision tree and a sum of
words that stand in for the model, with how often they agree with it.
OUT is what "explain corpus" wrote, or the parts of it when all are there.

usage:
  explain report OUT… [flags]

examples:
  explain report why.jsonl
  explain report why.parquet --output report.html
  explain report why.jsonl --output words.csv
`
	helpMerge = `Joins the parts that "explain corpus --shard" made of OUT, when all are there.
The output is that of a run on one machine. The parts are kept.

usage:
  explain merge OUT [flags]

example:
  explain merge why.jsonl
`
	helpCompletion = `Prints a script that makes a shell complete the flags of explain.

usage:
  explain completion bash|zsh|fish

examples:
  source <(explain completion bash)
  explain completion fish > ~/.config/fish/completions/explain.fish
`
	helpEnvironment = `
Where a flag's values are listed, the first is the default. Each flag has an
environment variable: EXPLAIN_FORMAT for --format, and so on.
`
)

// helpText returns the help of a command, as a template without placeholders.
func helpText(head string, flags []cli.Flag) string {
	var b strings.Builder
	b.WriteString(head)
	group := ""
	for _, f := range flags {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		if c := f.(cli.CategorizableFlag).GetCategory(); c != group {
			group = c
			fmt.Fprintf(&b, "\n%s:\n", group)
		}
		name, use := signature(f, d)
		if len(name) > 17 {
			fmt.Fprintf(&b, "  %s\n", name)
			name = ""
		}
		fmt.Fprintf(&b, "  %-17s %s\n", name, indent(use, 20))
	}
	if len(flags) > 0 {
		b.WriteString(helpEnvironment)
	}
	return b.String()
}

// indent breaks text into lines of 80 columns, all but the first indented so far.
func indent(text string, by int) string {
	var b strings.Builder
	at := by
	for i, word := range strings.Split(text, " ") {
		if i > 0 && at+1+len(word) > 80 {
			b.WriteString("\n" + strings.Repeat(" ", by))
			at = by
		} else if i > 0 {
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += len(word)
	}
	return b.String()
}

// signature returns a flag as help shows it: "--budget N", "coalitions to value at most".
func signature(f cli.Flag, d cli.DocGenerationFlag) (name, use string) {
	name, use = "--"+f.Names()[0], d.GetUsage()
	if rest, ok := strings.CutPrefix(use, "`"); ok {
		placeholder, tail, _ := strings.Cut(rest, "` ")
		name, use = name+" "+placeholder, tail
	}
	if n, ok := f.(*cli.Uint64Flag); ok {
		use += fmt.Sprintf(" (default: %d)", n.Value)
	}
	return name, use
}

// Command precision prints what the precisions of the built-in model cost in
// truth, as a Markdown table: accuracy and log-odds over a file of labelled
// sentences, such as SST-2's dev.tsv, and the attributions of the first of them
// against those in float32.
//
//	go run ./benchmarks/precision -data dev.tsv
//
// The file has a header and lines of a sentence, a tab, and 0 or 1 for positive.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
	"github.com/whence-xai/whence/shap"
)

func main() {
	data := flag.String("data", "", "tab-separated `file` of sentences and labels")
	texts := flag.Int("texts", 100, "sentences to explain")
	budget := flag.Int("budget", 200, "evaluations of an explanation")
	flag.Parse()
	if err := run(*data, *texts, *budget); err != nil {
		fmt.Fprintln(os.Stderr, "precision:", err)
		os.Exit(1)
	}
}

func run(data string, texts, budget int) error {
	sentences, positive, err := read(data)
	if err != nil {
		return err
	}
	texts = min(texts, len(sentences))
	fmt.Printf("%d sentences; of %d, words explained by Kernel SHAP with %d evaluations.\n\n", len(sentences), texts, budget)
	fmt.Println("| precision | right | log-odds: largest difference | 99 % below | root mean square | attributions: Spearman, median (least) | normalized error, median (largest) |")
	fmt.Println("|---|---|---|---|---|---|---|")
	var truth *answers
	for _, p := range []model.Precision{model.Float32, model.BFloat16, model.Int8} {
		a, err := ask(p, sentences, texts, budget)
		if err != nil {
			return err
		}
		if truth == nil {
			truth = a
		}
		row, err := a.compare(truth)
		if err != nil {
			return err
		}
		fmt.Printf("| %v | %.2f %% | %s |\n", p, 100*a.accuracy(positive), row)
	}
	return nil
}

// read returns the sentences of a file, and whether each is positive.
func read(path string) (sentences []string, positive []bool, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Scan() // the header
	for lines.Scan() {
		sentence, label, ok := strings.Cut(lines.Text(), "\t")
		if !ok || label != "0" && label != "1" {
			return nil, nil, fmt.Errorf("%s: sentence %d has no label", path, len(sentences)+1)
		}
		sentences, positive = append(sentences, sentence), append(positive, label == "1")
	}
	if lines.Err() == nil && len(sentences) == 0 {
		return nil, nil, fmt.Errorf("%s has no sentences", path)
	}
	return sentences, positive, lines.Err()
}

// Answers are what a model says in one precision.
type answers struct {
	odds         []float64 // of POSITIVE, a sentence
	explanations []*explain.Explanation
}

// ask scores the sentences and explains so many of them.
func ask(p model.Precision, sentences []string, texts, budget int) (*answers, error) {
	m, err := pretrained.SentimentWith(model.Options{Precision: p})
	if err != nil {
		return nil, err
	}
	target := m.LogOdds("POSITIVE")
	seqs := make([]model.Sequence, len(sentences))
	for i, s := range sentences {
		e, err := m.Tokenizer().Encode(s)
		if err != nil {
			return nil, err
		}
		seqs[i].IDs = e.IDs
	}
	a := &answers{odds: make([]float64, len(seqs))}
	if err := target.Score(context.Background(), a.odds, seqs); err != nil {
		return nil, err
	}
	for _, s := range sentences[:texts] {
		game, err := text.NewGame(m, s, unit.Words, target)
		if err != nil {
			return nil, err
		}
		x, err := shap.Kernel{Budget: budget, Seed: 1}.Estimate(context.Background(), game)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", s, err)
		}
		a.explanations = append(a.explanations, x)
	}
	return a, nil
}

// accuracy returns the share of sentences whose sign is right.
func (a *answers) accuracy(positive []bool) float64 {
	right := 0
	for i, p := range positive {
		if (a.odds[i] > 0) == p {
			right++
		}
	}
	return float64(right) / float64(len(positive))
}

// compare returns the columns of the table that tell how far a is from truth.
func (a *answers) compare(truth *answers) (string, error) {
	differences, squares := make([]float64, len(a.odds)), 0.0
	for i := range differences {
		d := math.Abs(a.odds[i] - truth.odds[i])
		differences[i], squares = d, squares+d*d
	}
	slices.Sort(differences)
	var ranks, errs []float64
	for i, x := range a.explanations {
		agreement, err := metric.Agree(x, truth.explanations[i])
		if err != nil {
			return "", err
		}
		if s := agreement[0].Spearman; !math.IsNaN(s) { // one word has no ranks
			ranks = append(ranks, s)
		}
		errs = append(errs, agreement[0].NormalizedError)
	}
	n := len(differences)
	rank, ranked, _ := summary(ranks)
	_, wrong, worst := summary(errs)
	return fmt.Sprintf("%.3f | %.3f | %.4f | %.4f (%.3f) | %.2g (%.2g)", differences[n-1], differences[n*99/100],
		math.Sqrt(squares/float64(n)), ranked, rank, wrong, worst), nil
}

// summary returns the least, the median and the largest of x.
func summary(x []float64) (least, median, largest float64) {
	if len(x) == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	slices.Sort(x)
	n := len(x)
	return x[0], (x[(n-1)/2] + x[n/2]) / 2, x[n-1]
}

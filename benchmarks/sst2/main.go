// Command sst2 runs the built-in model on a file of labelled sentences, such as
// SST-2's dev.tsv, and prints its accuracy and how far its logits are from the
// reference's:
//
//	python benchmarks/sst2/reference.py model/pretrained dev.tsv > logits.json
//	go run ./benchmarks/sst2 -data dev.tsv -reference logits.json
//
// The file has a header and lines of a sentence, a tab, and 0 or 1 for positive.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

func main() {
	data := flag.String("data", "", "tab-separated `file` of sentences and labels")
	reference := flag.String("reference", "", "JSON `file` of the reference's logits; none: accuracy only")
	precision := flag.String("precision", "float32", "float32, int8 or bfloat16")
	flag.Parse()
	p, err := model.ParsePrecision(*precision)
	if err == nil {
		err = run(*data, *reference, model.Options{Precision: p})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sst2:", err)
		os.Exit(1)
	}
}

func run(data, reference string, o model.Options) error {
	sentences, labels, err := read(data)
	if err != nil {
		return err
	}
	logits, err := score(sentences, o)
	if err != nil {
		return err
	}
	right := 0
	for i, label := range labels {
		if (logits[2*i+1] > logits[2*i]) == label {
			right++
		}
	}
	fmt.Printf("right: %d of %d (%.2f %%)\n", right, len(labels), 100*float64(right)/float64(len(labels)))
	if reference == "" {
		return nil
	}
	logit, odds, err := compare(logits, reference)
	if err == nil {
		fmt.Printf("largest difference from the reference: %.3g of a logit, %.3g of log-odds\n", logit, odds)
	}
	return err
}

// read returns the sentences of a file, and whether each is positive.
func read(path string) (sentences []string, labels []bool, err error) {
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
		sentences, labels = append(sentences, sentence), append(labels, label == "1")
	}
	if lines.Err() == nil && len(sentences) == 0 {
		return nil, nil, fmt.Errorf("%s has no sentences", path)
	}
	return sentences, labels, lines.Err()
}

// score returns the two logits of every sentence.
func score(sentences []string, o model.Options) ([]float32, error) {
	m, err := pretrained.SentimentWith(o)
	if err != nil {
		return nil, err
	}
	seqs := make([]model.Sequence, len(sentences))
	for i, s := range sentences {
		e, err := m.Tokenizer().Encode(s)
		if err != nil {
			return nil, err
		}
		seqs[i].IDs = e.IDs
	}
	logits := make([]float32, 2*len(seqs))
	return logits, m.Logits(context.Background(), logits, seqs)
}

// compare returns the largest differences of logits, and of the log-odds of
// POSITIVE, from those in the file.
func compare(logits []float32, path string) (logit, odds float64, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}
	var rows [][2]float64
	if err := json.Unmarshal(text, &rows); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", path, err)
	}
	if 2*len(rows) != len(logits) {
		return 0, 0, errors.New(path + " is of other sentences")
	}
	for i, row := range rows {
		negative, positive := float64(logits[2*i])-row[0], float64(logits[2*i+1])-row[1]
		logit = max(logit, math.Abs(negative), math.Abs(positive))
		odds = max(odds, math.Abs(positive-negative))
	}
	return logit, odds, nil
}

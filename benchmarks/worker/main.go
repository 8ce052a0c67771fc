// Command worker runs whence as a process that answers JSON lines, the way
// benchmarks/peers/worker.py and explainers.py run the peers.
//
// The first line out is {"ready": true}. For a line in with "ids", a batch of
// sequences without padding, it answers {"seconds", "logits"}; for one with
// "text", "method" and "evaluations", it explains the text and answers
// {"seconds", "megabytes"}.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/lime"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/shap"
)

type question struct {
	IDs         [][]int32 `json:"ids"`
	Text        string    `json:"text"`
	Method      string    `json:"method"`
	Evaluations int       `json:"evaluations"`
}

type answer struct {
	Ready     bool        `json:"ready,omitempty"`
	Seconds   float64     `json:"seconds"`
	Logits    [][]float32 `json:"logits,omitempty"`
	Megabytes float64     `json:"megabytes"`
}

func main() {
	dir := flag.String("model", "", "folder of the checkpoint")
	threads := flag.Int("threads", 0, "threads; 0 means GOMAXPROCS")
	precision := flag.String("precision", "float32", "float32, int8 or bfloat16")
	flag.Parse()
	p, err := model.ParsePrecision(*precision)
	if err == nil {
		err = run(*dir, model.Options{Threads: *threads, Precision: p})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
}

func run(dir string, o model.Options) error {
	m, err := model.LoadClassifier(dir, o)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(answer{Ready: true}); err != nil {
		return err
	}
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	for in.More() {
		var q question
		if err := in.Decode(&q); err != nil {
			return err
		}
		a, err := reply(m, q)
		if err != nil {
			return err
		}
		if err := out.Encode(a); err != nil {
			return err
		}
	}
	return nil
}

func reply(m *model.Classifier, q question) (answer, error) {
	if q.IDs == nil {
		start := time.Now()
		err := explainText(m, q)
		return answer{Seconds: time.Since(start).Seconds(), Megabytes: peakMegabytes()}, err
	}
	seqs := make([]model.Sequence, len(q.IDs))
	for i, ids := range q.IDs {
		seqs[i].IDs = ids
	}
	labels := len(m.Labels())
	flat := make([]float32, len(seqs)*labels)
	start := time.Now()
	err := m.Logits(context.Background(), flat, seqs)
	a := answer{Seconds: time.Since(start).Seconds(), Megabytes: peakMegabytes()}
	for i := range seqs {
		a.Logits = append(a.Logits, flat[i*labels:(i+1)*labels])
	}
	return a, err
}

func explainText(m *model.Classifier, q question) error {
	methods := map[string]explain.Estimator{
		"kernel":      shap.Kernel{Budget: q.Evaluations, Seed: 1},
		"permutation": shap.Permutation{Budget: q.Evaluations, Seed: 1},
		"partition":   shap.Partition{Budget: q.Evaluations},
		"lime":        lime.Lime{Samples: q.Evaluations, Seed: 1},
	}
	options := text.Options{Unit: text.Subwords}
	if q.Method == "lime" {
		options = text.Options{Unit: text.Words, Masker: text.Drop{}}
	}
	game, err := options.NewGame(m, q.Text, m.LogOdds(m.Labels()[1]))
	if err != nil {
		return err
	}
	method, ok := methods[q.Method]
	if !ok {
		return fmt.Errorf("no method %q", q.Method)
	}
	_, err = method.Estimate(context.Background(), game)
	return err
}

// Command worker runs whence as a process that answers JSON lines, the way
// benchmarks/peers/worker.py, explainers.py and writers.py run the peers.
//
// The first line out is {"ready": true}; then there is a line out for every
// line in. What a line in may ask is told beside each kind of model.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/whence-xai/whence/model"
)

type question struct {
	// Of a classifier.
	IDs         [][]int32 `json:"ids"`
	Method      string    `json:"method"`
	Evaluations int       `json:"evaluations"`

	// Of a generator.
	Prompts [][]int32 `json:"prompts"`
	Tokens  int       `json:"tokens"`
	Keep    int       `json:"keep"`
	Answer  []int32   `json:"answer"`
	Present [][]int   `json:"present"`
	Target  string    `json:"target"`

	Text string `json:"text"`
}

type answer struct {
	Ready     bool        `json:"ready,omitempty"`
	Seconds   float64     `json:"seconds"`
	Megabytes float64     `json:"megabytes"` // the largest so far
	Logits    [][]float32 `json:"logits,omitempty"`
	IDs       [][]int32   `json:"ids,omitempty"`
	Values    []float64   `json:"values,omitempty"`
}

// A server answers the questions to one model. It measures the time of what
// it is asked for, not that of reading the question.
type server interface {
	reply(q *question) (answer, error)
}

func main() {
	dir := flag.String("model", "", "folder of the checkpoint")
	threads := flag.Int("threads", 0, "threads; 0 means GOMAXPROCS")
	precision := flag.String("precision", "float32", "float32, int8 or bfloat16")
	generator := flag.Bool("generator", false, "the model is one that writes")
	flag.Parse()
	p, err := model.ParsePrecision(*precision)
	if err == nil {
		err = run(*dir, *generator, model.Options{Threads: *threads, Precision: p})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
}

func run(dir string, generator bool, o model.Options) error {
	s, err := load(dir, generator, o)
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
		a, err := s.reply(&q)
		if err != nil {
			return err
		}
		a.Megabytes = peakMegabytes()
		if err := out.Encode(a); err != nil {
			return err
		}
	}
	return nil
}

func load(dir string, generator bool, o model.Options) (server, error) {
	files, err := model.Open(dir)
	if err != nil {
		return nil, err
	}
	if generator {
		g, err := model.NewGenerator(files, o)
		return writer{g}, err
	}
	c, err := model.NewClassifier(files, o)
	return classifier{c}, err
}

// timed returns how many seconds do takes.
func timed(do func() error) (float64, error) {
	begin := time.Now()
	err := do()
	return time.Since(begin).Seconds(), err
}

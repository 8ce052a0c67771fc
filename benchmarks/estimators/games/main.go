// Command games makes stored games of sentences: every coalition of a sentence's
// sub-words, valued by the built-in model in log-odds of the class that it gives
// the sentence, absent ones masked.
//
//	go run ./benchmarks/estimators/games -out DIR -name sst <sentences
//
// Sentences stand one a line. Those of too many or too few sub-words are passed
// over, and of the others every -every'th is taken.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/whence-xai/whence/explain/stored"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

func main() {
	var o options
	flag.StringVar(&o.out, "out", ".", "`folder` of the games")
	flag.StringVar(&o.name, "name", "game", "`name` of the files, followed by players and number")
	flag.IntVar(&o.least, "least", 12, "fewest players")
	flag.IntVar(&o.most, "most", 14, "most players")
	flag.IntVar(&o.count, "count", 12, "games")
	flag.StringVar(&o.precision, "precision", "float32", "float32, bfloat16 or int8: of the model")
	flag.IntVar(&o.every, "every", 1, "take every so many'th sentence that fits")
	flag.Parse()
	if err := o.run(context.Background(), os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "games:", err)
		os.Exit(1)
	}
}

type options struct {
	out, name, precision      string
	least, most, count, every int
}

func (o options) run(ctx context.Context, sentences io.Reader) error {
	precision, err := model.ParsePrecision(o.precision)
	if err != nil {
		return err
	}
	m, err := pretrained.SentimentWith(model.Options{Precision: precision})
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(sentences)
	lines.Buffer(nil, 1<<20)
	made, fits := 0, 0
	for made < o.count && lines.Scan() {
		sentence := strings.TrimSpace(lines.Text())
		g, err := game(ctx, m, sentence)
		if err != nil || g.Players() < o.least || g.Players() > o.most {
			continue
		}
		if fits++; fits%o.every != 0 {
			continue
		}
		if err := o.save(ctx, g, made); err != nil {
			return err
		}
		made++
	}
	return lines.Err()
}

// game returns the game of a sentence about its likelier class.
func game(ctx context.Context, m *model.Classifier, sentence string) (*text.Game, error) {
	classes, err := text.Classify(ctx, m, sentence, text.Truncate)
	if err != nil {
		return nil, err
	}
	best := classes[0]
	for _, c := range classes {
		if c.Probability > best.Probability {
			best = c
		}
	}
	return text.Options{Unit: unit.Subwords, Long: text.Truncate, Classes: classes}.NewGame(m, sentence, m.LogOdds(best.Class))
}

func (o options) save(ctx context.Context, g *text.Game, number int) error {
	f, err := os.Create(filepath.Join(o.out, fmt.Sprintf("%s%d_%02d.npz", o.name, g.Players(), number)))
	if err != nil {
		return err
	}
	if err := stored.Write(ctx, f, g); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

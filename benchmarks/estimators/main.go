// Command estimators measures estimators on stored games, whose exact values are
// known, and prints tables of their errors, ranks, intervals and time:
//
//	go run ./benchmarks/estimators -games 'shap/testdata/games/lm14logit_*.npz'
//
// Games are files of package stored; several patterns are separated by commas.
// Budgets are in coalitions a player. With -csv it prints one line a run instead,
// and with -with it adds the lines of such files, of this program or of peers.py.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/stored"
)

func main() {
	var o options
	flag.StringVar(&o.games, "games", "", "`patterns` of files, separated by commas")
	flag.StringVar(&o.index, "index", "SV", "`index`: SV, BV, SII, k-SII, STII, FSII, BII, FBII, LIME")
	flag.StringVar(&o.budgets, "budgets", "5,10,20,40", "coalitions a player")
	flag.StringVar(&o.names, "estimators", "", "`names`, separated by commas; all that know the index otherwise")
	flag.StringVar(&o.with, "with", "", "CSV `files` to add, separated by commas")
	flag.IntVar(&o.seeds, "seeds", 5, "seeds, from 1")
	flag.StringVar(&o.chart, "chart", "", "write an SVG of errors to `file` too")
	flag.BoolVar(&o.csv, "csv", false, "print a line a run")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "estimators:", err)
		os.Exit(1)
	}
}

type options struct {
	games, index, budgets, names, with, chart string
	seeds                                     int
	csv                                       bool
}

func run(o options) error {
	var index explain.Index
	err := index.UnmarshalText([]byte(o.index))
	if err != nil {
		return err
	}
	var budgets []int
	for field := range strings.SplitSeq(o.budgets, ",") {
		b, err := strconv.Atoi(field)
		if err != nil {
			return fmt.Errorf("budget %q: %w", field, err)
		}
		budgets = append(budgets, b)
	}
	var games []game
	if o.games != "" {
		games, err = open(o.games, index)
	}
	if err != nil {
		return err
	}
	lines, err := read(o.with)
	if err != nil {
		return err
	}
	for _, e := range choose(index, o.names) {
		for _, g := range games {
			for _, perPlayer := range budgets {
				for seed := 1; seed <= o.seeds; seed++ {
					l, err := g.measure(e, perPlayer, uint64(seed))
					if err != nil {
						return fmt.Errorf("%s on %s, %d coalitions a player: %w", e.name, g.name, perPlayer, err)
					}
					lines = append(lines, l)
				}
			}
		}
	}
	if o.chart != "" {
		if err := draw(o.chart, lines, index.String(), budgets); err != nil {
			return err
		}
	}
	if o.csv {
		return write(os.Stdout, lines)
	}
	return report(os.Stdout, lines, index.String(), budgets)
}

// draw writes the chart to a file.
func draw(file string, lines []line, index string, budgets []int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := chart(f, lines, index, budgets); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// A game is a stored one with the exact terms of an index.
type game struct {
	explain.Game
	name  string
	index explain.Index
	truth *explain.Explanation
}

func open(patterns string, index explain.Index) ([]game, error) {
	var games []game
	for pattern := range strings.SplitSeq(patterns, ",") {
		if pattern == "" {
			continue
		}
		files, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("no games %s", pattern)
		}
		for _, file := range files {
			g, err := stored.Open(file)
			if err != nil {
				return nil, err
			}
			x, err := exact(index).Estimate(context.Background(), g)
			if err != nil {
				return nil, err
			}
			games = append(games, game{g, strings.TrimSuffix(filepath.Base(file), ".npz"), index, x})
		}
	}
	return games, nil
}

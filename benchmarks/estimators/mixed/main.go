// Command mixed measures whether it pays to value many coalitions in a coarse
// precision and to correct them by a few in float32. It takes the same games in
// two precisions, as command games makes them:
//
//	go run ./benchmarks/estimators/games -precision float32 -out DIR -name fine <sentences
//	go run ./benchmarks/estimators/games -precision int8 -out DIR -name coarse <sentences
//	go run ./benchmarks/estimators/mixed -fine 'DIR/fine*' -coarse 'DIR/coarse*' -speed 2.3
//
// At equal time, a coarse value taking 1/speed of a fine one, it prints the median
// errors |φ−φ*|²/|φ*|² against the exact Shapley values of the fine game: of fine
// values alone, of coarse ones alone, and of coarse ones plus what [shap.Bayes]
// makes of the difference from 2, 3 or 5 fine values a player.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/stored"
	"github.com/whence-xai/whence/shap"
)

func main() {
	fine := flag.String("fine", "", "`pattern` of games in float32")
	coarse := flag.String("coarse", "", "`pattern` of the same games in another precision")
	speed := flag.Float64("speed", 2, "how many coarse values take the time of a fine one")
	flag.Parse()
	if err := run(*fine, *coarse, *speed); err != nil {
		fmt.Fprintln(os.Stderr, "mixed:", err)
		os.Exit(1)
	}
}

const (
	seeds = 5
)

var few = []int{2, 3, 5} // fine values a player that correct coarse ones

func run(fine, coarse string, speed float64) error {
	games, err := open(fine, coarse)
	if err != nil {
		return err
	}
	fmt.Println("| time, in fine values | fine | coarse | 2n fine | 3n fine | 5n fine | coarse, exact |\n|---|---|---|---|---|---|---|")
	for _, perPlayer := range []int{10, 20, 40} {
		columns := make([][]float64, 3+len(few))
		for _, g := range games {
			if err := g.measure(perPlayer, speed, columns); err != nil {
				return err
			}
		}
		row := ""
		for _, errs := range columns {
			slices.Sort(errs)
			row += fmt.Sprintf(" %.2g |", errs[len(errs)/2])
		}
		fmt.Printf("| %dn |%s\n", perPlayer, row)
	}
	return nil
}

// A pair is a game in two precisions.
type pair struct{ fine, coarse explain.Game }

func open(fine, coarse string) ([]pair, error) {
	var files [2][]string
	for i, pattern := range []string{fine, coarse} {
		var err error
		if files[i], err = filepath.Glob(pattern); err != nil {
			return nil, err
		}
	}
	if len(files[0]) == 0 || len(files[0]) != len(files[1]) {
		return nil, fmt.Errorf("%d games %s, %d games %s", len(files[0]), fine, len(files[1]), coarse)
	}
	var games []pair
	for i := range files[0] {
		f, err := stored.Open(files[0][i])
		if err != nil {
			return nil, err
		}
		c, err := stored.Open(files[1][i])
		if err != nil {
			return nil, err
		}
		if f.Players() != c.Players() {
			return nil, fmt.Errorf("%s do not match", strings.Join([]string{files[0][i], files[1][i]}, " and "))
		}
		games = append(games, pair{f, c})
	}
	return games, nil
}

// measure appends errors to columns: of fine values, of coarse ones, of coarse
// ones corrected, and of all coarse ones.
func (p pair) measure(perPlayer int, speed float64, columns [][]float64) error {
	truth, err := scores(shap.Exact{}, p.fine)
	if err != nil {
		return err
	}
	n := float64(p.fine.Players())
	budget := func(perPlayer float64) int { return min(int(perPlayer*n), 1<<p.fine.Players()) }
	add := func(column int, of explain.Game, perPlayer float64, seed uint64, plus []float64) error {
		got, err := scores(shap.Bayes{Budget: budget(perPlayer), Seed: seed}, of)
		if err != nil {
			return err
		}
		off, norm := 0.0, 0.0
		for i, want := range truth {
			d := got[i] + plus[i] - want
			off, norm = off+d*d, norm+want*want
		}
		columns[column] = append(columns[column], off/norm)
		return nil
	}
	nothing, all := make([]float64, len(truth)), float64(int(1)<<p.fine.Players())
	for seed := uint64(1); seed <= seeds; seed++ {
		if err := add(0, p.fine, float64(perPlayer), seed, nothing); err != nil {
			return err
		}
		if err := add(1, p.coarse, float64(perPlayer)*speed, seed, nothing); err != nil {
			return err
		}
		for i, fine := range few {
			plus, err := scores(shap.Bayes{Budget: budget(float64(fine)), Seed: seed}, difference(p))
			if err != nil {
				return err
			}
			if err := add(2+i, p.coarse, float64(perPlayer-fine)*speed, seed, plus); err != nil {
				return err
			}
		}
	}
	return add(2+len(few), p.coarse, all, 0, nothing)
}

// scores returns the scores of all players.
func scores(e explain.Estimator, g explain.Game) ([]float64, error) {
	x, err := e.Estimate(context.Background(), g)
	if err != nil {
		return nil, err
	}
	var all []float64
	for _, t := range x.Terms {
		all = append(all, t.Score[0])
	}
	return all, nil
}

// difference is what fine values are above coarse ones.
type difference pair

func (d difference) Players() int { return d.fine.Players() }

func (d difference) Outputs() int { return d.fine.Outputs() }

func (d difference) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	coarse := make([]float64, len(dst))
	if err := d.fine.Value(ctx, dst, batch); err != nil {
		return err
	}
	if err := d.coarse.Value(ctx, coarse, batch); err != nil {
		return err
	}
	for i, v := range coarse {
		dst[i] -= v
	}
	return nil
}

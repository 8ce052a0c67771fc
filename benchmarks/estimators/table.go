package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

var head = []string{"estimator", "index", "game", "per_player", "seed", "error", "spearman", "five", "held", "intervals", "seconds"}

func write(w io.Writer, lines []line) error {
	out := csv.NewWriter(w)
	if err := out.Write(head); err != nil {
		return err
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
	for _, l := range lines {
		err := out.Write([]string{l.estimator, l.index, l.game, strconv.Itoa(l.perPlayer), strconv.FormatUint(l.seed, 10), number(l.err),
			number(l.spearman), number(l.five), strconv.Itoa(l.held), strconv.Itoa(l.intervals), number(l.seconds)})
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// read returns the lines of files, separated by commas.
func read(files string) ([]line, error) {
	var lines []line
	for file := range strings.SplitSeq(files, ",") {
		if file == "" {
			continue
		}
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		rows, err := csv.NewReader(f).ReadAll()
		if err := f.Close(); err != nil {
			return nil, err
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for i, row := range rows {
			if i == 0 && slices.Equal(row, head) {
				continue
			}
			l, err := parse(row)
			if err != nil {
				return nil, fmt.Errorf("%s: line %d: %w", file, i+1, err)
			}
			lines = append(lines, l)
		}
	}
	return lines, nil
}

func parse(row []string) (line, error) {
	var numbers [8]float64
	if len(row) != len(head) {
		return line{}, fmt.Errorf("%d fields, want %d", len(row), len(head))
	}
	for i, field := range row[3:] {
		x, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return line{}, fmt.Errorf("%s: %w", head[3+i], err)
		}
		numbers[i] = x
	}
	return line{row[0], row[1], row[2], int(numbers[0]), uint64(numbers[1]), numbers[2], numbers[3], numbers[4],
		int(numbers[5]), int(numbers[6]), numbers[7]}, nil
}

// report prints a table a measure: estimators by budgets.
func report(w io.Writer, lines []line, index string, budgets []int) error {
	lines = slices.DeleteFunc(lines, func(l line) bool { return l.index != index })
	for _, t := range []struct {
		title string
		cell  func(runs []line) string
	}{
		{"normalized error, median", func(runs []line) string { return format(median(runs, func(l line) float64 { return l.err })) }},
		{"Spearman, median", func(runs []line) string { return format(median(runs, func(l line) float64 { return l.spearman })) }},
		{"five leading terms found", func(runs []line) string { return format(mean(runs, func(l line) float64 { return l.five })) }},
		{"95 % intervals that hold", coverage},
		{"own time, ms, median", func(runs []line) string {
			return format(1000 * median(runs, func(l line) float64 { return l.seconds }))
		}},
	} {
		if _, err := fmt.Fprintf(w, "| %s: %s |", index, t.title); err != nil {
			return err
		}
		for _, b := range budgets {
			fmt.Fprintf(w, " %dn |", b)
		}
		fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(budgets)))
		for _, name := range names(lines) {
			fmt.Fprintf(w, "| %s |", name)
			for _, b := range budgets {
				fmt.Fprintf(w, " %s |", t.cell(slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.estimator != name || l.perPlayer != b })))
			}
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w)
	}
	return nil
}

// names returns the estimators in the order of their first lines.
func names(lines []line) []string {
	var all []string
	for _, l := range lines {
		if !slices.Contains(all, l.estimator) {
			all = append(all, l.estimator)
		}
	}
	return all
}

// coverage pools intervals over runs.
func coverage(runs []line) string {
	held, all := 0, 0
	for _, l := range runs {
		held, all = held+l.held, all+l.intervals
	}
	return format(float64(held) / float64(all))
}

func median(runs []line, of func(line) float64) float64 {
	var x []float64
	for _, l := range runs {
		x = append(x, of(l))
	}
	slices.Sort(x)
	if len(x) == 0 || math.IsNaN(x[0]) {
		return math.NaN()
	}
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

func mean(runs []line, of func(line) float64) float64 {
	sum := 0.0
	for _, l := range runs {
		sum += of(l)
	}
	return sum / float64(len(runs))
}

func format(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return strconv.FormatFloat(x, 'g', 2+min(1, int(math.Abs(x))), 64)
}

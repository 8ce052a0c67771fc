package request

import (
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain/bias"
)

// WordsOf returns the words of a list with commas between them, or a line each.
func WordsOf(list string) []string {
	separator := ","
	if strings.Contains(list, "\n") {
		separator = "\n"
	}
	var words []string
	for _, w := range strings.Split(list, separator) {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// GroupWords returns all words of the program's own groups, but for first names.
func GroupWords() []string {
	var list []string
	add := func(w string) {
		if w = strings.ToLower(w); w != "" && !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	for _, l := range bias.Lexicons() {
		for _, row := range l.Rows {
			for _, w := range row.Words {
				add(w)
			}
		}
	}
	// Axes with the slot "adjective" have words that describe a person, as "old"; the
	// others name persons, first names among them.
	for _, axis := range bias.Builtin().Axes {
		if !slices.Contains(axis.Slots, "adjective") {
			continue
		}
		for _, g := range axis.Groups {
			for _, w := range g.Terms {
				add(w)
			}
		}
	}
	return list
}

package checkpoint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// An Error tells everything that keeps a checkpoint's tensors from being
// the model that its configuration describes.
// All of it is told at once, since a wrong config shows in many tensors: a list tells
// what it is, where the first fault would not.
type Error struct {
	Missing   []string // tensors that are not there, with the shape they should have
	Misshapen []string // tensors of another shape
	Mistyped  []string // tensors of a type that cannot be read
	// Unexpected tensors alone are no fault: checkpoints have heads that are not in use.
	Unexpected []string // tensors that the model has no use for, told only beside other faults
	NotFinite  []string // tensors in which a number is infinite or not one
	Hint       string   // what the checkpoint might be instead
}

func (e *Error) any() bool {
	return len(e.Missing)+len(e.Misshapen)+len(e.Mistyped)+len(e.NotFinite) > 0
}

// Error lists the faults, of each kind at most the first fifty.
func (e *Error) Error() string {
	var parts []string
	for _, kind := range []struct {
		name  string
		names []string
	}{
		{"missing", e.Missing},
		{"ill-shaped", e.Misshapen},
		{"of an unreadable type", e.Mistyped},
		{"unexpected", e.Unexpected},
		{"with numbers that are not finite", e.NotFinite},
	} {
		n := len(kind.names)
		if n == 0 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%d %s: %s", n, kind.name, few(kind.names, 50)))
	}
	text := "weights: " + strings.Join(parts, "; ")
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// few returns a list of names, at most the first so many.
// Names come from the file, so that what a terminal would obey is quoted.
func few(names []string, most int) string {
	shown := slices.Clone(names[:min(len(names), most)])
	for i, name := range shown {
		if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
			shown[i] = strconv.Quote(name)
		}
	}
	list := strings.Join(shown, ", ")
	if len(names) > most {
		list += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return list
}

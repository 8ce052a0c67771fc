package program

import (
	"path"
	"regexp"
	"strings"
)

var (
	assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)
	plainName  = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)
)

// NameOf returns the name of the program that a shell line begins with, "a
// program" where that is not plain to see. The rest of the line, and what it
// assigns before, may hold keys: a name that is kept must not have them.
func NameOf(line string) string {
	words := strings.Fields(line)
	assigned := 0
	for assigned < len(words) && assignment.MatchString(words[assigned]) {
		assigned++
	}
	// A quoted assignment may go on over words that look like a name.
	if assigned == len(words) || !plainName.MatchString(words[assigned]) || assigned > 0 && strings.ContainsAny(line, "'\"`\\$") {
		return "a program"
	}
	return path.Base(words[assigned])
}

package explain_test

import (
	"go/scanner"
	"go/token"
	"os"
	"strings"
	"testing"
)

// identifiers returns the identifiers and strings of a Go file; comments, which
// may name the models that use a mechanism, are left out.
func identifiers(t *testing.T, file string) string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s scanner.Scanner
	set := token.NewFileSet()
	s.Init(set.AddFile(file, set.Base(), len(src)), src, nil, 0)
	var words strings.Builder
	for {
		_, tok, text := s.Scan()
		switch tok {
		case token.EOF:
			return words.String()
		case token.IDENT, token.STRING:
			words.WriteString(text + "\n")
		}
	}
}

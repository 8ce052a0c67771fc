package command

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// TestFlagsAreReadOnce: flags are read into typed values where a command begins.
// Nothing keeps them to look them up later, and nothing is told by setting one.
func TestFlagsAreReadOnce(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		f, err := parser.ParseFile(files, e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.StructType:
				for _, field := range n.Fields.List {
					if isContext(field.Type) {
						t.Errorf("%v: a struct keeps the flags", files.Position(field.Pos()))
					}
				}
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Set" {
					if on, ok := sel.X.(*ast.Ident); ok && on.Name == "c" {
						t.Errorf("%v: a flag is set", files.Position(n.Pos()))
					}
				}
			}
			return true
		})
	}
}

// isContext reports whether a type is *cli.Context.
func isContext(e ast.Expr) bool {
	star, ok := e.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	of, ok := sel.X.(*ast.Ident)
	return ok && of.Name == "cli" && sel.Sel.Name == "Context"
}

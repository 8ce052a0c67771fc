package flags

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestFlagsAreReadOnce: flags are read into typed values where a command begins.
// Nothing keeps them to look them up later, nothing is told by setting one, and no
// room but this and package command knows the flag package at all.
func TestFlagsAreReadOnce(t *testing.T) {
	const flagPackage = "github.com/urfave/cli/v2"
	read := 0
	cmd := os.DirFS("../..")
	files := token.NewFileSet()
	err := fs.WalkDir(cmd, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		b, err := fs.ReadFile(cmd, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(files, name, b, 0)
		if err != nil {
			return err
		}
		knows := slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(flagPackage) })
		switch room := path.Dir(name); {
		case !knows:
			return nil
		case room != "internal/flags" && room != "internal/command":
			t.Errorf("%s: imports %s", name, flagPackage)
		}
		read++
		ast.Inspect(f, func(n ast.Node) bool { return checkFlagUse(t, files, n) })
		return nil
	})
	if err != nil || read == 0 {
		t.Fatalf("%d files read: %v", read, err)
	}
}

// checkFlagUse finds structs that keep flags, and calls that set one.
func checkFlagUse(t *testing.T, files *token.FileSet, n ast.Node) bool {
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

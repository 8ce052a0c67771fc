package shap

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"
)

// TestPolicyIsDocumented: the table in the comment of Choose is the policy.
func TestPolicyIsDocumented(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "auto.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var table [][]string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "Choose" {
			for line := range strings.Lines(f.Doc.Text()) {
				if row, ok := strings.CutPrefix(line, "\t"); ok {
					when, name, _ := strings.Cut(row, "   ")
					table = append(table, []string{when, strings.TrimSpace(name)})
				}
			}
		}
	}
	var want [][]string
	for _, r := range policy() {
		want = append(want, []string{r.when, r.name})
		if made := reflect.TypeOf(r.use(Auto{})).Name(); made != r.name {
			t.Errorf("rule %q makes a %s, not a %s", r.when, made, r.name)
		}
	}
	if !reflect.DeepEqual(table, want) {
		t.Errorf("the comment says %q, the policy %q", table, want)
	}
}

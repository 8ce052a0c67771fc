package quote

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"
)

var hard = []string{"", "plain", "it's", "a\nb", "$(x)", "\x7f\u0085\u2028\ufeff", "- a: b", "\\", "😀", "text\n(en)", "\xff'\\n", "\x1b7"}

// TestShell: a shell reads words as they are.
func TestShell(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	for _, quoted := range []func(string) string{Shell, Typed} {
		for _, s := range hard {
			if out, err := exec.Command(bash, "-c", "printf %s "+quoted(s)).Output(); err != nil || string(out) != s {
				t.Errorf("%s is read as %q, not %q (%v)", quoted(s), out, s, err)
			}
		}
	}
	if got, want := Typed("text\n(en)"), `$'text\n(en)'`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// FuzzWords: whatever an argument is, shells and readers of YAML take it for one word.
func FuzzWords(f *testing.F) {
	for _, s := range hard {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		typed := Typed(s)
		if strings.ContainsFunc(typed, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q becomes %q", s, typed)
		}
		if inner, ok := strings.CutPrefix(typed, "$'"); ok { // Go reads the same escapes in double quotes
			inner = strings.ReplaceAll(strings.ReplaceAll(strings.TrimSuffix(inner, "'"), `\'`, `'`), `"`, `\"`)
			if back, err := strconv.Unquote(`"` + inner + `"`); err != nil || back != s {
				t.Errorf("%q becomes %s, which is %q (%v)", s, typed, back, err)
			}
		}
		s = strings.ToValidUTF8(s, "")
		var got []string
		if err := yaml.Unmarshal([]byte("- "+YAML(s)), &got); err != nil || len(got) != 1 || got[0] != s {
			t.Errorf("%q becomes %q (%v)", s, got, err)
		}
		w := Shell(s)
		if quoted := strings.HasPrefix(w, "'"); !quoted && (w != s || strings.ContainsAny(s, " \n\t'\"$`\\;&|<>(){}*?[]#~!")) ||
			quoted && strings.ReplaceAll(w[1:len(w)-1], `'\''`, "'") != s {
			t.Errorf("%q becomes %s", s, w)
		}
	})
}

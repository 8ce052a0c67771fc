package oniguruma

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// plenty is a budget for expressions that need little.
const plenty = 1 << 24

// marked returns text with every match replaced.
func marked(r *Regexp, text string) string {
	if text == "" {
		return text // the reference does not look for nothing in nothing
	}
	var b strings.Builder
	done, budget := 0, plenty
	for lo, hi := range r.All([]byte(text), &budget) {
		b.WriteString(text[done:lo] + "⟨⟩")
		done = hi
	}
	return b.String() + text[done:]
}

// TestReference: every expression matches what it matches in the reference, and is refused where it is there.
func TestReference(t *testing.T) {
	var golden struct {
		Texts       []string
		Expressions [][2]*string
	}
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, item := range golden.Expressions {
		expr, want := *item[0], item[1]
		r, err := Compile(expr)
		if err != nil && want != nil {
			t.Errorf("%s: %v", expr, err)
		}
		if err != nil || want == nil {
			continue
		}
		var have []string
		for _, text := range golden.Texts {
			have = append(have, marked(r, text))
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(have, "\x00"))))[:12]; sum != *want {
			if failed++; failed > 10 {
				t.Fatal("and others")
			}
			t.Errorf("%s: other matches than the reference's: %q", expr, have)
		}
	}
}

// TestBounds: what would take for ever or much memory is an error, or uses the budget up and ends.
func TestBounds(t *testing.T) {
	for name, expr := range map[string]string{
		"nested counts": `(((a{1000}){1000}){1000})`,
		"optional":      `(?:a?b?){100000}`,
		"lazy":          `(?:a{50000}?b){1,50000}?`,
		"groups":        strings.Repeat("(", 100_000) + strings.Repeat(")", 100_000),
		"sets":          strings.Repeat("[", 100_000) + "a" + strings.Repeat("]", 100_000),
		"repetitions":   "a" + strings.Repeat("*?", 100_000),
		"wide sets":     strings.Repeat(`[\w ]`, 100_000),
		"long":          strings.Repeat("a", 2<<20),
		"count":         `a{99999999999999999999}`,
	} {
		if _, err := Compile(expr); err == nil {
			t.Errorf("%s: compiled", name)
		}
	}
	for _, expr := range []string{`(a+)+$`, `(a|a)*$`, `(?:a*)*b`, `(a|aa)+$`, `(?=(a+)+$)a`, `(?:a*?){3}b`} {
		r, err := Compile(expr)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		budget := 1 << 20
		for range r.All([]byte(strings.Repeat("a", 1<<12)+"c"), &budget) {
		}
		if budget >= 0 {
			t.Errorf("%s: %d steps are left; the test needs one that takes more", expr, budget)
		}
	}
}

const (
	blanks       = `|\s+(?!\S)|\s+`
	contractions = `(?i:'s|'t|'re|'ve|'m|'ll|'d)`
	upper, lower = `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
)

// TestLinear: honest patterns take steps by the length of the text, and fewer than every budget has.
func TestLinear(t *testing.T) {
	for _, expr := range []string{
		// GPT-2, Llama 3, Tekken, o200k, Qwen 3.5, DeepSeek V3
		`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+` + blanks,
		contractions + `|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+` + blanks,
		`[^\r\n\p{L}\p{N}]?` + upper + `*` + lower + `+|[^\r\n\p{L}\p{N}]?` + upper + `+` + lower + `*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+` + blanks,
		`[^\r\n\p{L}\p{N}]?` + upper + `*` + lower + `+` + contractions + `?|[^\r\n\p{L}\p{N}]?` + upper + `+` + lower + `*` + contractions +
			`?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+` + blanks,
		contractions + `|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+` + blanks,
		`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_` + "`" + `{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+` + blanks,
		`\w+|[^\w\s]+`, `[^\s\p{L}\p{N}]++[\r\n]*+`,
	} {
		r, err := Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"a", "A", " ", "漢", "aB ", "!", "\n", "  \n", "'s", "\t", "1", "a1", "e\u0301", "\u0301", "  x", "\r\n", "ſ"} {
			const n = 1 << 10
			if once, twice := steps(r, text, n, ""), steps(r, text, 2*n, ""); twice > 2*once+100 || once > 40*n*len(text) {
				t.Errorf("%s on %q: %d steps for %d, %d for twice as many", expr, text, once, n, twice)
			}
		}
	}
}

// TestRunsAreTakenOnce: a run that the rest of the expression does not match behind is not taken again from each of
// its characters.
func TestRunsAreTakenOnce(t *testing.T) {
	for _, expr := range []string{`\s+$`, `\s*$`, `\s+\z`, `\s++$`, `\s{5000,}`, `[^b]+(?!.)`, `b|\s+(?!\s|x)y`, `(?=\s+$)`, `(?:\s+$)+`,
		`\s+(?=\n)`, ` ?\s+$|\s*[\r\n]`} {
		r, err := Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		const n = 1 << 11
		if once, twice := steps(r, " ", n, "x"), steps(r, " ", 2*n, "x"); twice > 2*once+100 {
			t.Errorf("%s: %d steps for %d, %d for twice as many", expr, once, n, twice)
		}
	}
}

// TestRunsInContext: what is known of a run holds only where the rest of the expression is the same.
func TestRunsInContext(t *testing.T) {
	long := strings.Repeat("a", 2*shortRun)
	for _, c := range []struct{ expr, text, want string }{
		{`a+b`, long + "c" + long + "b", long + "c⟨⟩"},
		{`a+$|a+c`, long + "c", "⟨⟩"},
		{`(?<=a+)c`, long + "c" + long + "d", long + "⟨⟩" + long + "d"},
		{`(?<!xa+)a`, "x" + long, "x⟨⟩" + long[1:]},
		{`(?:a+b?|c)+d`, long + "cd" + long + "cac" + long + "d", "⟨⟩⟨⟩"},
		{`(?=a+b)a|a+$`, long + "c" + long, long + "c⟨⟩"},
		{`(?!a+b)a`, "aa" + long + "b", "aa" + long + "b"},
		{`(?>a+)?c`, long + "c", "⟨⟩"},
		{`a{3,}b`, long + "ab" + "aab", "⟨⟩aab"},
	} {
		r, err := Compile(c.expr)
		if err != nil {
			t.Fatal(err)
		}
		if have := marked(r, c.text); have != c.want {
			t.Errorf("%s in %q: %q, want %q", c.expr, c.text, have, c.want)
		}
	}
}

func steps(r *Regexp, text string, n int, tail string) int {
	budget := plenty
	for range r.All([]byte(strings.Repeat(text, n)+tail), &budget) {
	}
	return plenty - budget
}

// FuzzCompile matches any expression against any text.
func FuzzCompile(f *testing.F) {
	for _, expr := range []string{`\w+|[^\w\s]+`, `(?i:'s|'t)|[^\r\n\p{L}]?+\p{L}++|\s+(?!\S)`, `(?<=a+)b`, `[a-z&&[^b]]{2,3}?`, `(?x) a # b`,
		`(?<n>a)|\x{e9}\u00e9`, `(?>(?:a|)*)\b`, `[[:^alpha:]\d]`} {
		f.Add(expr, "aab É'ſ \r\n")
	}
	f.Fuzz(func(t *testing.T, expr, text string) {
		r, err := Compile(expr)
		if err != nil {
			return
		}
		budget, last := 1<<16, 0
		for lo, hi := range r.All([]byte(text), &budget) {
			if lo < last || hi < lo || hi > len(text) {
				t.Fatalf("%q in %q: a match from %d to %d behind %d", expr, text, lo, hi, last)
			}
			last = hi
		}
	})
}

package remote

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestAlign(t *testing.T) {
	for _, test := range []struct {
		tokens               string // joined by |
		prompt, continuation string
		want                 []int
	}{
		{"<s>|The| cat| sat", "The", " cat sat", []int{0, 4}},
		{"The| cat| sat", "", "The cat sat", []int{0, 3, 7}},
		{"<s>|The| cat| sat", "", "The cat sat", []int{0, 3, 7}},
		{"Th|e c|at", "The ", "cat", []int{0, 1}},                        // reaches over
		{"<|x|>\n|Yes| it| is", "", "Yes it is", []int{0, 3, 6}},         // a chat
		{">\nYes| it", "", "Yes it", []int{0, 3}},                        // reaches over what is not known
		{"a|\ufffd|\ufffd|b", "a", "😀b", []int{0, 0, 4}},                 // parts of a character
		{"a|\ufffd|\ufffd|b|\ufffd", "a", "😀b😀", []int{0, 0, 4, 5}},      // at the end too
		{"é|\ufffd|\ufffd", "é", "é", []int{0, 0}},                       // not the same é
		{`a|bytes:\xf0\x9f|bytes:\x98\x80|b`, "a", "😀b", []int{0, 0, 4}}, // as OpenAI writes them
		{`a|bytes:\xc3\xa9|b`, "a", "éb", []int{0, 2}},
		{"\ufffd|\ufffd|b", "", "😀b", []int{0, 0, 4}},
		{"a||b", "a", "b", []int{0}},
		{" Once| ||||| was", "Once", " 😀 was", []int{0, 1, 1, 1, 1, 5}}, // parts that are not shown
		{"a||||😀|b", "a", "é😀b", []int{0, 0, 0, 2, 6}},
		{"a|é||||😀|b", "a", "é😀b", []int{0, 2, 2, 2, 2, 6}}, // shown by the last part
		{"a||||", "a", "😀", []int{0, 0, 0, 0}},
	} {
		got, err := align(strings.Split(test.tokens, "|"), test.prompt, test.continuation)
		if strings.Contains(test.tokens, "<|x|>") {
			got, err = align([]string{"<|x|>\n", "Yes", " it", " is"}, test.prompt, test.continuation)
		}
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%q after %q: %v, %v, want %v", test.continuation, test.prompt, got, err, test.want)
		}
	}
	for _, tokens := range [][]string{nil, {"b"}, {"x", "a", "c"}, {"", "b"}} {
		if got, err := align(tokens, "a", "cb"); err == nil {
			t.Errorf("%q: %v", tokens, got)
		}
	}
}

// FuzzAlign: any text, cut anywhere, with parts of characters as servers show
// them, comes out with tokens that begin in order and where they may.
func FuzzAlign(f *testing.F) {
	f.Add("The cat", " sat 😀é", []byte{3, 1, 2, 9, 1})
	f.Add("", "ééé", []byte{1, 1, 1})
	f.Add("a", "\ufffd", []byte{1})
	f.Fuzz(func(t *testing.T, prompt, continuation string, cuts []byte) {
		if continuation == "" || !utf8.ValidString(prompt+continuation) {
			return
		}
		var tokens []string
		rest := prompt + continuation
		for _, cut := range cuts {
			n := min(int(cut), len(rest))
			tokens = append(tokens, strings.ToValidUTF8(rest[:n], "\ufffd"))
			rest = rest[n:]
		}
		tokens = append(tokens, strings.ToValidUTF8(rest, "\ufffd"))
		begins, err := align(tokens, prompt, continuation)
		if err != nil {
			return
		}
		if len(begins) > len(tokens) || !slices.IsSorted(begins) || len(begins) == 0 || begins[0] != 0 || begins[len(begins)-1] > len(continuation) {
			t.Errorf("%q of %q after %q: %v", tokens, continuation, prompt, begins)
		}
	})
}

// FuzzParse: no answer makes trouble, and no error shows what a terminal would obey.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"choices": [{"text": "a b c", "logprobs": {"tokens": ["a", " b", " c"], "token_logprobs": [null, -1, -1]}}], "usage": {"prompt_tokens": 3}}`))
	f.Add([]byte(`{"choices": [{"text": "a b c.", "logprobs": {"tokens": ["a", " b", " c", "."], "token_logprobs": [-Infinity, -1, "-inf", NaN]}}], "usage": null}`))
	f.Add([]byte(`{"choices": [{"prompt_logprobs": [null, {"1": {"logprob": -1, "decoded_token": " b"}}, {"1": {"logprob": -1, "decoded_token": " c"}}]}]}`))
	f.Add([]byte(`{"choices": [{"message": {"content": [{"type": "text", "text": "a"}], "refusal": null}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 5.0}}`))
	f.Add([]byte(`{"error": {"message": "no\u001b[2J", "code": 429, "param": "temperature"}}`))
	f.Add([]byte(`[{"error": "no"}]`))
	f.Add([]byte(`{"data": [{"id": "tiny"}]}`))
	f.Add([]byte("data: {}\n\n"))
	f.Add([]byte(`{"choices": [{"text": 1}]}`))
	f.Add([]byte(`{"choices": [`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, parse := range []func([]byte) (reply, error){parseEcho("a", " b c"), parsePrompt("a", " b c"), parsePrompt("", " b c"), parseAnswer} {
			r, err := parse(body)
			checkError(t, err)
			for _, token := range r.Tokens {
				if err == nil && (token.LogProb > 0 || token.Begin < 0 || token.Begin > 4) {
					t.Errorf("%+v", token)
				}
			}
			if r.PromptTokens < 0 || r.AnswerTokens < 0 {
				t.Errorf("%+v", r)
			}
		}
		_, err := parseModels(body)
		checkError(t, err)
		for _, status := range []int{400, 401, 429, 999} {
			checkError(t, refused(&url.URL{Scheme: "http", Host: "a"}, &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {string(body)}}}, body))
		}
	})
}

// checkError is about an error that is no line.
func checkError(t *testing.T, err error) {
	t.Helper()
	if err != nil && (len(err.Error()) > 1500 || strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' })) {
		t.Errorf("an error of %d bytes: %.500q", len(err.Error()), err)
	}
}

// FuzzCache: a file of answers may hold anything: it is refused, or what is whole
// in it is found, and what is added is found later.
func FuzzCache(f *testing.F) {
	key := keyOf("http://a", []byte("b"))
	line := appendLine(nil, key, []byte(`{"text":"c"}`))
	f.Add([]byte(cacheHead+string(line)), true)
	f.Add([]byte(cacheHead+string(line[:50])+string(line)), true)
	f.Add([]byte(cacheHead[:9]), false)
	f.Add([]byte(nil), false)
	f.Fuzz(func(t *testing.T, content []byte, head bool) {
		if head {
			content = append([]byte(cacheHead), content...)
		}
		name := filepath.Join(t.TempDir(), "answers")
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		for round := range 2 {
			c, err := OpenCache(name)
			if err != nil {
				if now, _ := os.ReadFile(name); !bytes.Equal(now, content) || round > 0 {
					t.Fatalf("%v, and the file is not as it was", err)
				}
				return
			}
			for key := range c.places {
				_, _ = c.get(key)
			}
			got, known := c.get(key)
			if round > 0 && (!known || got.Text != "new") {
				t.Errorf("%+v, %v", got, known)
			}
			if err := errors.Join(c.put(key, reply{Text: "new"}), c.Close()); err != nil {
				t.Error(err)
			}
		}
	})
}

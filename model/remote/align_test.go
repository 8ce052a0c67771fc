package remote

import (
	"slices"
	"strings"
	"testing"
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

// FuzzParse: no answer makes trouble.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"choices": [{"text": "a b c", "logprobs": {"tokens": ["a", " b", " c"], "token_logprobs": [null, -1, -1]}}], "usage": {"prompt_tokens": 3}}`))
	f.Add([]byte(`{"choices": [{"prompt_logprobs": [null, {"1": {"logprob": -1, "decoded_token": " b"}}, {"1": {"logprob": -1, "decoded_token": " c"}}]}]}`))
	f.Add([]byte(`{"choices": [{"text": 1}]}`))
	f.Add([]byte(`{"choices": [`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, parse := range []func([]byte) (reply, error){parseEcho("a", " b c"), parsePrompt("a", " b c"), parsePrompt("", " b c"), parseAnswer} {
			r, err := parse(body)
			if err != nil && len(err.Error()) > 1000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			for _, token := range r.Tokens {
				if err == nil && (token.LogProb > 0 || token.Begin < 0 || token.Begin > 4) {
					t.Errorf("%+v", token)
				}
			}
		}
	})
}

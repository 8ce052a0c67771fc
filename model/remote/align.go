package remote

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// align returns where in a continuation each of the last tokens begins, as many
// as have text of it. Tokens are those of a whole text that ends with prompt and
// continuation. It goes from the end, since at the beginning there may be tokens
// that are not in the text. A token that reaches over from the prompt begins at
// 0. Tokens that are parts of a character, which servers show as U+FFFD or as
// nothing, take what of the text is not ASCII between the tokens around them.
// Tokens of a server are shown as text, which may be repaired (U+FFFD) or empty, and a
// tokenizer may add some; their spelling is all that tells where they are.
func align(tokens []string, prompt, continuation string) (begins []int, err error) {
	text := prompt + continuation
	pos := len(text) // where the tokens that are placed begin
	parts := 0       // of characters, before them
	taking := false  // whether those surely have text
	for i := len(tokens) - 1; i >= 0 && pos > len(prompt); i-- {
		token := readable(tokens[i])
		if broken := strings.ContainsRune(token, utf8.RuneError); broken || token == "" {
			parts++
			taking = taking || broken
			continue
		}
		end := pos // where the parts begin
		if parts > 0 && !taking && strings.HasSuffix(text[:end], token) {
			begins, parts = append(begins, slices.Repeat([]int{end - len(prompt)}, parts)...), 0
		}
		for parts > 0 && end > len(prompt) && text[end-1] >= utf8.RuneSelf {
			if end--; strings.HasSuffix(text[:end], token) {
				break
			}
		}
		begins = append(begins, slices.Repeat([]int{end - len(prompt)}, parts)...)
		parts, taking = 0, false
		switch {
		case end <= len(prompt):
			pos = end // the continuation begins with the parts
			continue
		case strings.HasSuffix(text[:end], token):
			pos = end - len(token)
		case prompt == "" && strings.HasSuffix(token, text[:end]):
			pos = 0 // what stands before is not known, as in a chat
		default:
			return nil, fmt.Errorf("the tokens of the answer are not those of the text: %q is not the end of %q", token, tail(text[:end]))
		}
		begins = append(begins, max(0, pos-len(prompt)))
	}
	ascii := func(r rune) bool { return r < utf8.RuneSelf }
	if parts > 0 && pos > len(prompt) && !strings.ContainsFunc(text[len(prompt):pos], ascii) { // there was no token before them
		pos = len(prompt)
		begins = append(begins, make([]int, parts)...)
	}
	if pos > len(prompt) {
		return nil, errNone
	}
	slices.Reverse(begins)
	return begins, nil
}

// tail returns the end of a text.
// It is for a message, cut between characters.
func tail(s string) string {
	const most = 20
	if len(s) <= most {
		return s
	}
	cut := len(s) - most
	for !utf8.RuneStart(s[cut]) {
		cut++
	}
	return "…" + s[cut:]
}

// readable returns a token's text. Some servers write the bytes of a part of a
// character as "bytes:\xe2\x80".
func readable(token string) string {
	escaped, ok := strings.CutPrefix(token, "bytes:")
	if !ok || !strings.HasPrefix(escaped, `\x`) {
		return token
	}
	text, err := strconv.Unquote(`"` + escaped + `"`)
	if err != nil || !utf8.ValidString(text) {
		return string(utf8.RuneError)
	}
	return text
}

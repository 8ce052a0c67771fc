package secret_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/secret"
)

const key = `sk-Proj+a/b=<"quoted">&Zz9~end`

// TestHide: no form of a key is left, nor eight bytes of one.
func TestHide(t *testing.T) {
	quoted, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, form := range map[string]string{
		"itself": key, "small": strings.ToLower(key), "JSON": string(quoted[1 : len(quoted)-1]),
		"address": url.QueryEscape(key), "path": url.PathEscape(key), "hexadecimal": hex.EncodeToString([]byte(key)),
		"base64": base64.StdEncoding.EncodeToString([]byte(key)), "basic": base64.StdEncoding.EncodeToString([]byte("user:" + key)),
		"bearer": base64.URLEncoding.EncodeToString([]byte("Authorization: Bearer " + key + "\n")),
		"prefix": key[:9], "end": key[len(key)-8:], "middle": key[5:16],
	} {
		got := secret.Hide("what is "+form+", then?", key)
		if !strings.HasPrefix(got, "what is ") || !strings.HasSuffix(got, ", then?") || !strings.Contains(got, "[key]") {
			t.Errorf("%s: %s", name, got)
		}
		if len(got) > len("what is [key], then?")+len("QXV0aG9yaXphdGlvbjogQmVhcmVyIHxx=xxx") { // what stood around it, in base64
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestLeave: what is no part of a key stays as it is.
func TestLeave(t *testing.T) {
	for _, test := range []struct{ text, key, want string }{
		{"a text", key, "a text"},
		{"", key, ""},
		{key, "", key},
		{"axbxc", "x", "axbxc"},
		{"EMPTY or not", "EMPTY", "[key] or not"},
		{key[:7] + " is short", key, key[:7] + " is short"},
		{key + key, key, "[key]"},
		{`{"a": "` + "sk-plain-key" + `"}`, "sk-plain-key", `{"a": "[key]"}`},
		{"é" + key + "é\xff", key, "é[key]é\xff"},
	} {
		if got := secret.Hide(test.text, test.key); got != test.want {
			t.Errorf("%q without %q: %q, want %q", test.text, test.key, got, test.want)
		}
	}
}

// FuzzHide: a key is found wherever it stands, and what is left is of the text.
func FuzzHide(f *testing.F) {
	f.Add("what is ", " then", key)
	f.Add("", "\xff", "aaaaaaaa")
	f.Fuzz(func(t *testing.T, before, after, key string) {
		if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return // it cannot stand in a header
		}
		got := secret.Hide(before+key+after, key)
		if len(key) >= 4 && strings.Contains(strings.ReplaceAll(got, "[key]", "\x00"), key) {
			t.Errorf("%q is in %q", key, got)
		}
		if len(key) >= 8 && secret.Hide(key[:8], key) != "[key]" {
			t.Errorf("%q is left", key[:8])
		}
	})
}

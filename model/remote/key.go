package remote

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/whence-xai/whence/model/internal/secret"
)

// A Key opens a server. It prints as nothing of interest, in JSON too.
// Whoever logs a Client must not log its key.
type Key struct {
	// value is a function since the verbs of package fmt look into all else.
	value func() string
}

// variables are names that are surely none of a key, which may be given in their place.
// A user who gives the key where a variable's name is wanted must not see it in an error.
var variables = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// KeyFromEnv returns the key in an environment variable. None is an error.
func KeyFromEnv(variable string) (Key, error) {
	if !variables.MatchString(variable) {
		return Key{}, errors.New("remote: what is given is no name of a variable; a key itself is never given")
	}
	if os.Getenv(variable) == "" {
		return Key{}, fmt.Errorf("remote: no key in %s", variable)
	}
	return newKey(os.Getenv(variable), variable)
}

// maxKey bounds the file of a key.
const maxKey = 1 << 16

// KeyFromFile returns the key in a file, without the white space around it.
func KeyFromFile(name string) (Key, error) {
	f, err := os.Open(name)
	if err != nil {
		return Key{}, fmt.Errorf("remote: key: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxKey))
	if err != nil {
		return Key{}, fmt.Errorf("remote: key: %w", err)
	}
	return newKey(string(b), name)
}

// newKey checks that a key can stand in a header.
// Anything but visible ASCII would break the header, or begin another.
func newKey(value, from string) (Key, error) {
	value = strings.TrimSpace(value)
	if value == "" || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Key{}, fmt.Errorf("remote: %s holds no key", from)
	}
	return Key{func() string { return value }}, nil
}

// String returns "none" or "set".
func (k Key) String() string {
	if k.value == nil {
		return "none"
	}
	return "set"
}

// GoString returns what String does.
func (k Key) GoString() string { return k.String() }

// MarshalText returns what String does.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// header returns the header Authorization, "" for none.
func (k Key) header() string {
	if k.value == nil {
		return ""
	}
	return "Bearer " + k.value()
}

// hide returns a text without the key and parts of it, which a server may have
// repeated.
func (k Key) hide(text string) string {
	if k.value == nil {
		return text
	}
	return secret.Hide(text, k.value())
}

// noWord is how long a key is that does not stand in a text by accident, as
// "not-needed" may.
const noWord = 16

// leave returns an answer of a model, which is shown and saved, without the key:
// some servers answer with what they were sent. Parts may be of the text.
func (k Key) leave(text string) string {
	if k.value == nil || len(k.value()) < noWord {
		return text
	}
	return strings.ReplaceAll(text, k.value(), "[key]")
}

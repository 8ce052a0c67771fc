package hub

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options say where models come from and where they are kept. The zero value
// does as the environment says. A token is never among them: it is read from
// the environment or a file when it is needed.
type Options struct {
	Endpoint string // the hub's address; HF_ENDPOINT or https://huggingface.co if empty
	Cache    string // the folder of models; HF_HUB_CACHE and so on if empty
	Offline  bool   // ask nobody, as HF_HUB_OFFLINE does

	Parallel int           // files that are downloaded at a time; 0 means 4
	Attempts int           // at a request, in a row, that fails for a while; 0 means 5
	Wait     time.Duration // before the second attempt, doubled from then on; 0 means a second
	Timeout  time.Duration // for which a server may be silent; HF_HUB_DOWNLOAD_TIMEOUT or 30 seconds if 0

	// Progress, if not nil, is called with the bytes that are here of those that
	// are wanted, by one goroutine at a time.
	Progress func(done, total int64)
	// Note, if not nil, is called with what a user should know and is no error.
	Note func(message string)
}

const defaultEndpoint = "https://huggingface.co"

var errEndpoint = errors.New("hub: HF_ENDPOINT is no address of a server, as https://huggingface.co is")

// settled returns the options with what the environment says.
// The variables are those of huggingface_hub, and what is in o counts over them.
func (o Options) settled() (Options, error) {
	var err error
	if o.Cache == "" {
		if o.Cache, err = cacheFolder(); err != nil {
			return o, err
		}
	}
	if o.Endpoint == "" {
		o.Endpoint = cmp.Or(os.Getenv("HF_ENDPOINT"), defaultEndpoint)
	}
	o.Endpoint = strings.TrimRight(o.Endpoint, "/")
	if u, err := url.Parse(o.Endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" {
		return o, errEndpoint
	}
	o.Offline = o.Offline || isTrue("HF_HUB_OFFLINE") || isTrue("TRANSFORMERS_OFFLINE")
	if o.Parallel <= 0 {
		o.Parallel = 4
	}
	if seconds, err := strconv.ParseFloat(os.Getenv("HF_HUB_DOWNLOAD_TIMEOUT"), 64); o.Timeout <= 0 && err == nil && seconds > 0 {
		o.Timeout = time.Duration(seconds * float64(time.Second))
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	return o, nil
}

func (o Options) note(format string, args ...any) {
	if o.Note != nil {
		o.Note(fmt.Sprintf(format, args...))
	}
}

// cacheFolder returns the folder where huggingface_hub keeps what it downloads.
func cacheFolder() (string, error) {
	for _, variable := range []string{"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"} {
		if dir := os.Getenv(variable); dir != "" {
			return expand(dir), nil
		}
	}
	home, err := homeFolder()
	return filepath.Join(home, "hub"), err
}

// homeFolder returns the folder of everything of Hugging Face.
func homeFolder() (string, error) {
	if dir := os.Getenv("HF_HOME"); dir != "" {
		return expand(dir), nil
	}
	// huggingface_hub follows it on every system
	dir := os.Getenv("XDG_CACHE_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("hub: no place for models: %w; set HF_HOME", err)
		}
		dir = filepath.Join(home, ".cache")
	}
	return filepath.Join(expand(dir), "huggingface"), nil
}

// expand replaces a leading ~ and variables, as Python does.
func expand(dir string) string {
	// ~name, another user's home, stays as it is
	if rest, ok := strings.CutPrefix(dir, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		if home, err := os.UserHomeDir(); err == nil {
			dir = home + rest
		}
	}
	return os.ExpandEnv(dir)
}

// token returns the token of the user, "" for none.
// The order is huggingface_hub's: variables, then the file that "hf auth login" writes.
func token() (string, error) {
	if isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") {
		return "", nil
	}
	for _, variable := range []string{"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"} {
		if t := os.Getenv(variable); t != "" {
			return clean(t, variable)
		}
	}
	path := os.Getenv("HF_TOKEN_PATH")
	if path == "" {
		home, err := homeFolder()
		if err != nil {
			return "", nil //nolint:nilerr // without a home there is no token
		}
		path = filepath.Join(home, "token")
	}
	b, err := os.ReadFile(expand(path))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("hub: token: %w", err)
	}
	return clean(string(b), path)
}

// clean takes white space off a token. One that cannot stand in a header is an
// error that does not show it.
// A line end in a header would begin another one.
func clean(token, from string) (string, error) {
	token = strings.TrimSpace(token)
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("hub: %s holds no token", from)
	}
	return token, nil
}

// isTrue reports whether an environment variable is set to a word for yes.
func isTrue(variable string) bool {
	return slices.Contains([]string{"1", "ON", "YES", "TRUE"}, strings.ToUpper(os.Getenv(variable)))
}

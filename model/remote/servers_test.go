package remote_test

import (
	"encoding/base64"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/whence-xai/whence/model/remote"
	"github.com/whence-xai/whence/model/remote/remotetest"
)

// serve starts a server that answers everything so, and returns a client of it.
func serve(t *testing.T, answer func(w http.ResponseWriter, body string)) *remote.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answer(w, string(body))
	}))
	t.Cleanup(s.Close)
	return &remote.Client{Endpoint: s.URL, Model: "tiny", Wait: time.Millisecond, Timeout: time.Hour, Chat: true}
}

// TestAnswersOfServers: what servers write that mean the same is read as the same,
// and what is no answer says why.
func TestAnswersOfServers(t *testing.T) {
	for name, test := range map[string]struct{ body, text, want string }{
		"parts":            {body: `{"choices": [{"message": {"content": [{"type": "thinking", "text": "hm"}, {"type": "text", "text": "a "}, "b"]}}]}`, text: "a b"},
		"floats":           {body: `{"choices": [{"message": {"content": "a"}, "finish_reason": null}], "usage": {"prompt_tokens": 5.0, "completion_tokens": 1e0}}`, text: "a"},
		"no usage":         {body: `{"choices": [{"message": {"content": "a"}}], "usage": null}`, text: "a"},
		"usage of nothing": {body: `{"choices": [{"message": {"content": "a"}}], "usage": {"prompt_tokens": null}}`, text: "a"},
		"Python":           {body: `{"choices": [{"message": {"content": "a NaN \" Infinity"}, "x": [NaN, -Infinity, Infinity]}]}`, text: `a NaN " Infinity`},
		"mark":             {body: "\ufeff" + `{"choices": [{"message": {"content": "a"}}]}`, text: "a"},
		"refusal":          {body: `{"choices": [{"message": {"content": null, "refusal": "I do not."}}]}`, text: "I do not."},
		"bad UTF-8":        {body: "{\"choices\": [{\"message\": {\"content\": \"a\xff\"}}]}", text: "a\ufffd"},
		"reasoning":        {body: `{"choices": [{"message": {"content": null, "reasoning_content": "Let me"}, "finish_reason": "length"}]}`, want: "reasoned until its tokens were used up"},
		"error":            {body: `{"error": {"message": "no such \u001b[2Jmodel", "code": 404}}`, want: "answered with an error: no such \ufffd[2Jmodel"},
		"error in a list":  {body: `[{"error": {"message": "no such model"}}]`, want: "is a array"},
		"no choices":       {body: `{"object": "chat.completion"}`, want: "has 0 choices"},
		"stream":           {body: "data: {\"choices\": [{\"delta\": {\"content\": \"a\"}}]}\n\ndata: [DONE]\n", want: "is a stream of events"},
		"content":          {body: `{"choices": [{"message": {"content": 7}}]}`, want: "neither a text nor a list of parts"},
		"many tokens":      {body: `{"choices": [{"message": {"content": "a"}}], "usage": {"prompt_tokens": 1e300}}`, want: "counts 1e+300 tokens"},
		"no number":        {body: `{"choices": [{"message": {"content": "a"}}], "usage": {"prompt_tokens": "many"}}`, want: "is no number"},
	} {
		c := serve(t, func(w http.ResponseWriter, _ string) { _, _ = io.WriteString(w, test.body) })
		got, err := c.Answer(t.Context(), "q")
		if got != test.text || (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %q, %v, want %q, %q", name, got, err, test.text, test.want)
		}
	}
}

// TestBusy: what may pass is asked again, an error that comes as a success too.
func TestBusy(t *testing.T) {
	for _, status := range []int{408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 529, 200} {
		var asked atomic.Int32
		c := serve(t, func(w http.ResponseWriter, _ string) {
			if asked.Add(1) < 3 {
				w.WriteHeader(status)
				_, _ = io.WriteString(w, `{"error": {"message": "overloaded", "code": 529}}`)
				return
			}
			_, _ = io.WriteString(w, `{"choices": [{"message": {"content": "a"}}]}`)
		})
		if got, err := c.Answer(t.Context(), "q"); got != "a" || err != nil || asked.Load() != 3 {
			t.Errorf("%d: %q, %v, asked %d times", status, got, err, asked.Load())
		}
	}
	var asked atomic.Int32
	c := serve(t, func(w http.ResponseWriter, _ string) {
		asked.Add(1)
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}`)
	})
	if _, err := c.Answer(t.Context(), "q"); err == nil || asked.Load() != 1 || !strings.Contains(err.Error(), "answered 429 Too Many Requests: You exceeded your quota") {
		t.Errorf("%v, asked %d times", err, asked.Load())
	}
}

// TestCommands: what a server writes commands no terminal, its status line included.
func TestCommands(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ string) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		const body = `{"error": "\u001b]52;c;aGk=\u0007\u202e\u009b2J gone"}`
		_, _ = io.WriteString(conn, "HTTP/1.1 418 \x1b[2J\a\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body)
		_ = conn.Close()
	})
	if _, err := c.Answer(t.Context(), "q"); err == nil || !strings.Contains(err.Error(), "answered 418 I'm a teapot: ") || strings.ContainsAny(err.Error(), "\x1b\a\u202e\u009b") {
		t.Errorf("%q", err)
	}
}

// TestEndless: an answer that does not end is given up.
func TestEndless(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ string) {
		for page := make([]byte, 1<<20); ; {
			if _, err := w.Write(page); err != nil {
				return
			}
		}
	})
	if _, err := c.Answer(t.Context(), "q"); err == nil || !strings.Contains(err.Error(), "answered more than 67108864 bytes") {
		t.Errorf("%v", err)
	}
}

// TestNoTemperature: a model that takes none is asked without, from then on, and
// whoever reads the scores is told.
func TestNoTemperature(t *testing.T) {
	for _, refusal := range []string{
		`{"error": {"message": "Unsupported value: 'temperature' does not support 0 with this model.", "param": "temperature", "code": "unsupported_value"}}`,
		`{"error": "temperature is deprecated for this model"}`,
	} {
		var asked atomic.Int32
		c := serve(t, func(w http.ResponseWriter, body string) {
			switch asked.Add(1); {
			case strings.Contains(body, "max_tokens"):
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, `{"error": {"message": "Use 'max_completion_tokens' instead."}}`)
			case strings.Contains(body, "temperature"):
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, refusal)
			default:
				_, _ = io.WriteString(w, `{"choices": [{"message": {"content": "a"}}]}`)
			}
		})
		for _, q := range []string{"q", "r"} {
			if got, err := c.Answer(t.Context(), q); got != "a" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		}
		if notes := c.Notes(); asked.Load() != 4 || len(notes) != 1 || !strings.Contains(notes[0], "takes no temperature") {
			t.Errorf("asked %d times, %q", asked.Load(), notes)
		}
	}
}

// echoing answers with the prompt, of which so many log-probabilities are given.
func echoing(text, tokens, logProbs, more string) string {
	return `{"choices": [{"text": "` + text + `", "logprobs": {"tokens": ` + tokens + `, "token_logprobs": ` + logProbs + `}}]` + more + `}`
}

// TestEchoesOfServers: log-probabilities are read whether or not the server counts
// what it made up, and one that is -Infinity matters only where it belongs to the
// continuation, which then says so.
func TestEchoesOfServers(t *testing.T) {
	const tokens = `["<s>", "a", " b", " c", "."]`
	for name, test := range map[string]struct {
		body string
		want float64
		err  string
	}{
		"counted":           {body: echoing("a b c.", tokens, `[null, -9, -1, -2, -4]`, `, "usage": {"completion_tokens": 1.0}`), want: -3},
		"not counted":       {body: echoing("a b c.", tokens, `[null, -9, -1, -2, -4]`, ``), want: -3},
		"null":              {body: echoing("a b c.", tokens, `[null, -9, -1, -2, -4]`, `, "usage": null`), want: -3},
		"counted wrongly":   {body: echoing("a b c.", tokens, `[null, -9, -1, -2, -4]`, `, "usage": {"completion_tokens": 0}`), want: -3},
		"nothing made up":   {body: echoing("a b c", `["a", " b", " c"]`, `[null, -1, -2]`, ``), want: -3},
		"an end, shown":     {body: echoing("a b c", `["a", " b", " c", "</s>"]`, `[null, -1, -2, -3]`, ``), want: -3},
		"an end, not shown": {body: echoing("a b c", `["a", " b", " c", ""]`, `[null, -1, -2, -3]`, ``), want: -3},
		"before":            {body: echoing("a b c.", tokens, `[-Infinity, -9, -1, -2, -4]`, ``), want: -3},
		"behind":            {body: echoing("a b c.", tokens, `[null, -9, -1, -2, -Infinity]`, ``), want: -3},
		"a text":            {body: echoing("a b c.", tokens, `["-Infinity", -9, -1, -2, -4]`, ``), want: -3},
		"impossible":        {body: echoing("a b c.", tokens, `[null, -9, -1, -Infinity, -4]`, ``), err: `" c" cannot stand after this prompt`},
		"infinite":          {body: echoing("a b c.", tokens, `[null, -9, -1, Infinity, -4]`, ``), err: "log-probability +Inf for"},
		"no number":         {body: echoing("a b c.", tokens, `[null, -9, -1, NaN, -4]`, ``), err: "log-probability NaN for"},
	} {
		c := serve(t, func(w http.ResponseWriter, _ string) { _, _ = io.WriteString(w, test.body) })
		c.Chat, c.Mode = false, remote.Echo
		_, logProbs, err := c.Continuation(t.Context(), "a", " b c")
		if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) || err == nil && sum(logProbs) != test.want {
			t.Errorf("%s: %v, %v, want %v, %q", name, logProbs, err, test.want, test.err)
		}
	}
}

// TestImpossibleProbe: a server whose model finds the text of the probe impossible
// tells log-probabilities all the same.
func TestImpossibleProbe(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ string) {
		_, _ = io.WriteString(w, echoing("The capital of France is Paris, and that of Italy is Rome.", `["The capital of France is", " Paris, and that of Italy is Rome."]`, `[null, -Infinity]`, ``))
	})
	c.Chat = false
	if mode, why, err := c.Probe(t.Context()); mode != remote.Echo || err != nil {
		t.Errorf("%v (%s), %v", mode, why, err)
	}
}

// TestNothingBefore: a model without a token that texts begin with has scores
// for the empty prompt too, and whoever reads them is told how.
func TestNothingBefore(t *testing.T) {
	var asked atomic.Int32
	c := serve(t, func(w http.ResponseWriter, body string) {
		asked.Add(1)
		first := `["The", " cat"]`
		if strings.Contains(body, `"prompt":"\nThe cat"`) {
			_, _ = io.WriteString(w, echoing(`\nThe cat`, `["\n", "The", " cat"]`, `[null, -5, -2]`, ``))
			return
		}
		_, _ = io.WriteString(w, echoing("The cat", first, `[null, -2]`, ``))
	})
	c.Chat, c.Mode = false, remote.Echo
	for range 2 {
		begins, logProbs, err := c.Continuation(t.Context(), "", "The cat")
		if err != nil || !slices.Equal(begins, []int{0, 3}) || !slices.Equal(logProbs, []float64{-5, -2}) {
			t.Fatalf("%v, %v, %v", begins, logProbs, err)
		}
	}
	if notes := c.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "a line end stood before the answer") || asked.Load() != 2 {
		t.Errorf("%q, asked %d times", notes, asked.Load())
	}
}

// TestKeepsWhatCame: where one prompt of a batch fails, the scores of the others
// are there, those that are under way included, and are not asked for again.
func TestKeepsWhatCame(t *testing.T) {
	s, c := start(t)
	c.Parallel, c.Mode = 3, remote.Echo
	refused := make(chan struct{})
	var asked atomic.Int32
	s.Fault = func(w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if asked.Add(1) > 3 {
			return false
		}
		if strings.Contains(string(body), "bad") {
			w.WriteHeader(http.StatusTeapot)
			w.(http.Flusher).Flush()
			close(refused)
			return true
		}
		<-refused // those that are under way end after the failure
		return false
	}
	dst := slices.Repeat([]float64{math.NaN()}, 3)
	prompts := []string{"a", "bad", "c"}
	if err := remote.Sequence(c, " x").Score(t.Context(), dst, prompts); err == nil || math.IsNaN(dst[0]) || math.IsNaN(dst[2]) || !math.IsNaN(dst[1]) {
		t.Fatalf("%v, %v", dst, err)
	}
	before := s.Requests()
	again := scores(t, remote.Sequence(c, " x"), prompts...)
	if again[0] != dst[0] || again[2] != dst[2] || s.Requests()-before != 1 {
		t.Errorf("%v, then %v, asked %d times", dst, again, s.Requests()-before)
	}
}

// TestPartsOfKeys: whatever a server makes of a key, and wherever it puts it, no
// error and no answer has eight bytes of it.
func TestPartsOfKeys(t *testing.T) {
	const key = "sk-proj-Zx9+qW/eR=tY8uI7oP6aS5dF4"
	t.Setenv("SOME_KEY", key)
	long := strings.Repeat("x ", 130) // what is cut off begins within the key
	forms := map[string]string{
		"bearer": "Bearer " + key, "prefix": "you sent " + key[:12] + "...", "cut": long + " the key is " + key,
		"address": "https://a/?key=" + url.QueryEscape(key), "base64": base64.StdEncoding.EncodeToString([]byte("Bearer " + key)),
	}
	for name, form := range forms {
		for place, answer := range map[string]func(w http.ResponseWriter){
			"error": func(w http.ResponseWriter) {
				w.WriteHeader(http.StatusTeapot)
				_, _ = io.WriteString(w, `{"error": {"message": "`+form+`"}}`)
			},
			"error as a success": func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"error": {"message": "`+form+`"}}`) },
			"no choice":          func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"a": "`+form+`"}`) },
			"no JSON":            func(w http.ResponseWriter) { _, _ = io.WriteString(w, form+`{`) },
			"no JSON, later":     func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"a": "`+form+`" "`+form) },
			"another type":       func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"a": "`+form+`", "choices": "`+form+`"}`) },
			"a redirection": func(w http.ResponseWriter) {
				w.Header().Set("Location", "http://%zz/"+form)
				w.WriteHeader(http.StatusFound)
			},
		} {
			c := serve(t, func(w http.ResponseWriter, _ string) { answer(w) })
			var err error
			if c.Key, err = remote.KeyFromEnv("SOME_KEY"); err != nil {
				t.Fatal(err)
			}
			c.Attempts = 1
			if _, err = c.Answer(t.Context(), "q"); err == nil {
				t.Fatalf("%s, %s: no error", name, place)
			}
			for i := range len(key) - 8 {
				if strings.Contains(err.Error(), key[i:i+8]) || strings.Contains(err.Error(), base64.StdEncoding.EncodeToString([]byte(key))[:8]) {
					t.Errorf("%s, %s: %v", name, place, err)
					break
				}
			}
		}
	}
	c := serve(t, func(w http.ResponseWriter, _ string) {
		_, _ = io.WriteString(w, `{"choices": [{"message": {"content": "Authorization: Bearer `+key+`"}}]}`)
	})
	c.Key, _ = remote.KeyFromEnv("SOME_KEY")
	if got, err := c.Answer(t.Context(), "q"); err != nil || got != "Authorization: Bearer [key]" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := remote.KeyFromEnv(key); err == nil || strings.Contains(err.Error(), key[:8]) {
		t.Errorf("a key in place of a variable: %v", err)
	}
}

// TestSpoiltCache: whatever happened to a file of answers, those that are whole
// are found, and what is no such file stays as it is.
func TestSpoiltCache(t *testing.T) {
	s, c := start(t)
	file := filepath.Join(t.TempDir(), "answers")
	open := func() *remote.Cache {
		cache, err := remote.OpenCache(file)
		if err != nil {
			t.Fatal(err)
		}
		return cache
	}
	c.Cache, c.Mode, c.Parallel = open(), remote.Echo, 1
	prompts := []string{"a", "b", "c"}
	want := scores(t, remote.Sequence(c, " x"), prompts...)
	if err := c.Cache.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	flipped := slices.Clone(whole)
	flipped[len(lines[0])+len(lines[1])+100] ^= 1
	for name, test := range map[string]struct {
		text                  string
		known, damaged, asked int
	}{
		"torn":      {string(whole[:len(whole)-9]), 2, 0, 1},
		"torn head": {lines[0][:5], 0, 0, 3},
		"empty":     {"", 0, 0, 3},
		"flipped":   {string(flipped), 2, 1, 1},
		"no end":    {string(whole[:len(whole)-1]), 3, 0, 0},
		"garbage":   {lines[0] + lines[1] + "{}\n\n\x00\xff\n" + lines[2] + lines[3], 3, 3, 0},
		"torn then": {lines[0] + lines[1] + lines[2][:50] + lines[3], 1, 1, 2},
	} {
		if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		for round := range 2 {
			c.Cache = open()
			asked := test.asked * (1 - round)
			if round == 0 && (c.Cache.Len() != test.known || c.Cache.Damaged() != test.damaged) {
				t.Errorf("%s: %d answers, %d damaged", name, c.Cache.Len(), c.Cache.Damaged())
			}
			before := s.Requests()
			if got := scores(t, remote.Sequence(c, " x"), prompts...); !slices.Equal(got, want) || s.Requests()-before != asked {
				t.Errorf("%s, round %d: %v, asked %d times", name, round, got, s.Requests()-before)
			}
			if err := c.Cache.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, text := range []string{"a diary\n", "answers of models, 1\n", "\x00\x01", strings.Repeat("x", 1<<17)} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := remote.OpenCache(file); err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "name another file") {
			t.Errorf("%.20q: %v", text, err)
		}
		if now, _ := os.ReadFile(file); string(now) != text {
			t.Errorf("%.20q became %.20q", text, now)
		}
	}
	if _, err := remote.OpenCache(t.TempDir()); err == nil {
		t.Error("a folder is a cache")
	}
}

// TestSharedCache: two processes may add to a file at a time.
func TestSharedCache(t *testing.T) {
	s, c := start(t)
	file := filepath.Join(t.TempDir(), "answers")
	first, err1 := remote.OpenCache(file)
	second, err2 := remote.OpenCache(file)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	c.Mode = remote.Echo
	other := &remote.Client{Endpoint: c.Endpoint, Model: "tiny", Mode: remote.Echo, Cache: second}
	c.Cache = first
	done := make(chan error)
	for _, c := range []*remote.Client{c, other} {
		go func() {
			for _, p := range remotetest.Split("a b c d e f g h") {
				if err := remote.Sequence(c, " x").Score(t.Context(), make([]float64, 1), []string{p}); err != nil {
					done <- err
					return
				}
			}
			done <- c.Cache.Close()
		}()
	}
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	cache, err := remote.OpenCache(file)
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	if cache.Len() != 8 || cache.Damaged() != 0 || s.Requests() > 16 {
		t.Errorf("%d answers, %d damaged", cache.Len(), cache.Damaged())
	}
}

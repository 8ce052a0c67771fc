package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/whence-xai/whence/model/remote"
	"github.com/whence-xai/whence/model/remote/remotetest"
)

const secret = "sk-doNotTellAnybody"

// start starts a server, and returns a client of it.
func start(t *testing.T) (*remotetest.Server, *remote.Client) {
	t.Helper()
	s := remotetest.New()
	t.Cleanup(s.Close)
	s.Echo, s.PromptLogProbs = true, true
	return s, &remote.Client{Endpoint: s.Endpoint(), Model: "tiny", Wait: time.Millisecond, Timeout: time.Hour}
}

const prompt, continuation = "The cat sat, the dog ran. Who sat?", " The cat sat."

// logProbs returns what the model of the test says of a continuation.
func logProbs(prompt, continuation string) (tokens []string, out []float64) {
	all := append([]string{remotetest.Begin}, remotetest.Split(prompt+continuation)...)
	tokens = remotetest.Split(continuation)
	for i := len(all) - len(tokens); i < len(all); i++ {
		out = append(out, remotetest.LogProb(all[:i], all[i]))
	}
	return tokens, out
}

func sum(values []float64) (s float64) {
	for _, v := range values {
		s += v
	}
	return s
}

// scores returns what a target says of prompts.
func scores(t *testing.T, target *remote.Target, prompts ...string) []float64 {
	t.Helper()
	dst := make([]float64, len(prompts)*target.Outputs())
	if err := target.Score(t.Context(), dst, prompts); err != nil {
		t.Fatal(err)
	}
	return dst
}

// TestModes: however a server tells the log-probabilities, they are the same.
func TestModes(t *testing.T) {
	tokens, want := logProbs(prompt, continuation)
	for _, test := range []struct {
		echo, prompt bool
		mode         remote.Mode
	}{{true, true, remote.Echo}, {true, false, remote.Echo}, {false, true, remote.PromptLogProbs}} {
		s, c := start(t)
		s.Echo, s.PromptLogProbs = test.echo, test.prompt
		mode, why, err := c.Probe(t.Context())
		if err != nil || mode != test.mode || !strings.Contains(why, mode.String()+" works") {
			t.Fatalf("%v (%s), %v", mode, why, err)
		}
		target, err := remote.Tokens(t.Context(), c, prompt, continuation)
		if err != nil || !slices.Equal(target.Pieces(), tokens) || target.Name() != "tiny" {
			t.Fatalf("%v: tokens %q, want %q, %v", mode, target.Pieces(), tokens, err)
		}
		if got := scores(t, target, prompt); !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", mode, got, want)
		}
		_, other := logProbs("Who sat?", continuation)
		got := scores(t, remote.Sequence(c, continuation), prompt, "Who sat?", "")
		if got[0] != sum(want) || got[1] != sum(other) {
			t.Errorf("%v: %v, want %v and %v", mode, got, sum(want), sum(other))
		}
	}
}

// TestChat: the continuation is the last message.
func TestChat(t *testing.T) {
	s, c := start(t)
	c.Chat, c.System = true, "Be brief."
	if mode, _, err := c.Probe(t.Context()); mode != remote.PromptLogProbs || err != nil {
		t.Fatalf("%v, %v", mode, err)
	}
	_, want := logProbs("<system>\nBe brief.</s>\n<user>\n"+prompt+"</s>\n<assistant>\n", "The cat sat.")
	target, err := remote.Tokens(t.Context(), c, prompt, "The cat sat.")
	if err != nil {
		t.Fatal(err)
	}
	if got := scores(t, target, prompt); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	s.PromptLogProbs = false
	silent := &remote.Client{Endpoint: s.Endpoint(), Model: "tiny", Chat: true}
	if mode, why, err := silent.Probe(t.Context()); mode != remote.Answers || err != nil || !strings.Contains(why, "prompt_logprobs: ") {
		t.Errorf("%v (%s), %v", mode, why, err)
	}
	if _, _, err := silent.Continuation(t.Context(), prompt, continuation); err == nil || !strings.Contains(err.Error(), "does not tell the log-probabilities") {
		t.Errorf("%v", err)
	}
}

// TestSilentServer: a server that takes a request for log-probabilities and tells
// those of its own words only, as some do, is found out.
func TestSilentServer(t *testing.T) {
	s, c := start(t)
	s.Echo, s.PromptLogProbs = false, false
	mode, why, err := c.Probe(t.Context())
	if mode != remote.Answers || err != nil || !strings.Contains(why, "echo: the server does not tell") {
		t.Errorf("%v (%s), %v", mode, why, err)
	}
	same := remote.Measure{Name: "same", Of: func(_ context.Context, answer, original string) (float64, error) {
		if answer == original {
			return 1, nil
		}
		return 0, nil
	}}
	length := remote.Measure{Name: "length", Of: func(_ context.Context, answer, _ string) (float64, error) { return float64(len(answer)), nil }}
	target := remote.Similarity(c, remotetest.Answer(prompt), same, length)
	failing := remote.Measure{Name: "mean", Of: func(context.Context, string, string) (float64, error) { return 0, errors.New("too long") }}
	if err := remote.Similarity(c, "", failing).Score(t.Context(), make([]float64, 1), []string{"a"}); err == nil || !strings.Contains(err.Error(), "mean of an answer: too long") {
		t.Errorf("%v", err)
	}
	got := scores(t, target, prompt, "a b c")
	if !slices.Equal(got, []float64{1, 11, 0, 5}) || !slices.Equal(target.Names(), []string{"same", "length"}) {
		t.Errorf("%v of %v", got, target.Names())
	}
}

// TestSplitOtherwise: where another prompt makes the server split the text
// otherwise, the scores still add up.
func TestSplitOtherwise(t *testing.T) {
	_, c := start(t)
	target, err := remote.Tokens(t.Context(), c, "Say: ", "understand me now") // "understand" is a token of its own
	if err != nil || !slices.Equal(target.Pieces(), []string{"understand", " me", " now"}) {
		t.Fatalf("%q, %v", target.Pieces(), err)
	}
	got, whole := scores(t, target, "Please mis"), scores(t, remote.Sequence(c, "understand me now"), "Please mis")
	if math.Abs(sum(got)-whole[0]) > 1e-12 || got[0] == 0 {
		t.Errorf("%v, together not %v", got, whole)
	}
}

// TestFaults: a server that fails for a while is asked until it answers; one that
// fails for good says how.
func TestFaults(t *testing.T) {
	status := func(code int, header, value string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set(header, value)
			w.WriteHeader(code)
		}
	}
	text := func(s string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { _, _ = w.Write([]byte(s)) }
	}
	for name, test := range map[string]struct {
		fault  func(http.ResponseWriter)
		passes bool
		want   string
	}{
		"busy":          {status(429, "Retry-After", "0"), true, "answered 429 Too Many Requests (tried 5 times)"},
		"down":          {status(503, "X", ""), true, "answered 503"},
		"busy for long": {status(429, "Retry-After", "7200"), false, "asks to be left alone for 2h0m0s"},
		"cut":           {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, true, "EOF (tried 5 times)"},
		"cut within": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"choices": [{"te`))
		}, true, "unexpected EOF"},
		"not JSON":   {text("<html>busy</html>"), false, `byte 1 of 17: invalid character '<'`},
		"half":       {text(`{"choices": [{"text": "a"`), false, "byte 25 of 25: unexpected end of JSON"},
		"type":       {text(`{"choices": [{"text": 7}]}`), false, `choices.text is a number`},
		"no choice":  {text(`{"choices": []}`), false, "has 0 choices, not one"},
		"two":        {text(`{"choices": [{}, {}]}`), false, "has 2 choices, not one"},
		"null":       {text(`null`), false, "has 0 choices"},
		"negative":   {text(`{"choices": [{}], "usage": {"prompt_tokens": -1}}`), false, "fewer than no tokens"},
		"redirected": {status(307, "Location", "http://example.com/"), false, "answered 307"},
		"told": {func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error": {"message": "too long"}}`))
		}, false, "answered 400 Bad Request: too long"},
		"told plainly": {func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error": "too\n long"}`))
		}, false, "answered 400 Bad Request: too long"},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := start(t)
			c.Parallel = 1
			var n atomic.Int32
			s.Fault = func(w http.ResponseWriter, _ *http.Request) bool {
				if n.Add(1)%3 == 0 {
					return false
				}
				test.fault(w)
				return true
			}
			_, err := c.Answer(t.Context(), prompt)
			if test.passes != (err == nil) {
				t.Errorf("%v", err)
			}
			s.Fault = func(w http.ResponseWriter, _ *http.Request) bool {
				test.fault(w)
				return true
			}
			if _, err = c.Answer(t.Context(), "Who else?"); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), s.Endpoint()) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

// TestWrongTokens: what is said of a prompt must be about it.
func TestWrongTokens(t *testing.T) {
	for name, test := range map[string]struct {
		mode       remote.Mode
		text, want string
	}{
		"counts":     {remote.Echo, `{"choices": [{"text": "a b c", "logprobs": {"tokens": ["a", " b"], "token_logprobs": [null]}}]}`, "2 tokens and 1 log-probabilities"},
		"other text": {remote.Echo, `{"choices": [{"text": "a x", "logprobs": {"tokens": ["a", " b"], "token_logprobs": [null, -1]}}]}`, "does not tell"},
		"other":      {remote.Echo, `{"choices": [{"text": "a b c", "logprobs": {"tokens": ["a", " b", " d"], "token_logprobs": [null, -1, -1]}}]}`, `" d" is not the end of "a b c"`},
		"null":       {remote.Echo, `{"choices": [{"text": "a b c", "logprobs": {"tokens": ["a", " b", " c"], "token_logprobs": [null, null, -1]}}]}`, "does not tell"},
		"positive":   {remote.Echo, `{"choices": [{"text": "a b c", "logprobs": {"tokens": ["a", " b", " c"], "token_logprobs": [null, 3, -1]}}]}`, "log-probability 3 for"},
		"few":        {remote.Echo, `{"choices": [{"text": "a b c", "logprobs": {"tokens": [" c"], "token_logprobs": [-1]}}]}`, "does not tell"},
		"none":       {remote.Echo, `{"choices": [{"text": "a b c"}]}`, "does not tell"},
		"two tokens": {remote.PromptLogProbs, `{"choices": [{"prompt_logprobs": [null, {"1": {"logprob": -1, "decoded_token": " b"}, "2": {"logprob": -1, "decoded_token": " x"}}]}]}`, "does not tell the token at place 1"},
		"no text":    {remote.PromptLogProbs, `{"choices": [{"prompt_logprobs": [null, {"1": {"logprob": -1}}]}]}`, "does not tell the token at place 1"},
		"no prompt":  {remote.PromptLogProbs, `{"choices": [{}]}`, "does not tell"},
	} {
		s, c := start(t)
		c.Mode = test.mode
		s.Fault = func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte(test.text))
			return true
		}
		if _, r, err := c.Continuation(t.Context(), "a", " b c"); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %+v, %v, want %q", name, r, err, test.want)
		}
	}
}

// TestSlow: a request ends with its time or its context.
func TestSlow(t *testing.T) {
	s, c := start(t)
	s.Fault = func(w http.ResponseWriter, r *http.Request) bool {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return true
	}
	c.Timeout, c.Attempts = 20*time.Millisecond, 2
	if _, err := c.Answer(t.Context(), prompt); err == nil || !strings.Contains(err.Error(), "gave no answer within 20ms (tried 2 times)") {
		t.Errorf("%v", err)
	}
	c.Timeout = time.Hour
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	if err := remote.Similarity(c, "", remote.Measure{}).Score(ctx, make([]float64, 2), []string{"a", "b"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// TestKey: the key goes to the server and nowhere else.
func TestKey(t *testing.T) {
	s, c := start(t)
	s.Key = secret
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if c.Key, err = remote.KeyFromFile(file); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "cache")
	cache, err := remote.OpenCache(kept)
	if err != nil {
		t.Fatal(err)
	}
	c.Cache = cache
	if _, _, err := c.Continuation(t.Context(), prompt, continuation); err != nil {
		t.Fatal(err)
	}
	s.Fault = func(w http.ResponseWriter, r *http.Request) bool {
		w.WriteHeader(http.StatusTeapot)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": "what is " + r.Header.Get("Authorization")})
		return true
	}
	_, told := c.Answer(t.Context(), prompt)
	s.Fault = nil
	s.Key = "another"
	_, refused := c.Answer(t.Context(), prompt)
	_, listed := c.Models(t.Context())
	object, err := json.Marshal(c.Key)
	if err != nil || told == nil || refused == nil || listed == nil {
		t.Fatal(err, told, refused, listed)
	}
	if err := cache.Close(); err != nil {
		t.Fatal(err)
	}
	answers, err := os.ReadFile(kept)
	if err != nil || !strings.Contains(string(answers), "logprob") {
		t.Fatalf("nothing kept: %v", err)
	}
	for _, s := range []string{
		fmt.Sprint(told, refused, listed), fmt.Sprintf("%v %+v %#v %q", c.Key, c, c, c.Key), fmt.Sprintf("%+v %#v", remote.Sequence(c, "a"), remote.Sequence(c, "a")), string(object), string(answers),
	} {
		if strings.Contains(s, secret) || strings.Contains(s, secret[3:]) {
			t.Errorf("tells the key: %s", s)
		}
	}
	if !strings.Contains(told.Error(), "[key]") || !strings.Contains(refused.Error(), "wants another key") {
		t.Errorf("%v; %v", told, refused)
	}
	t.Setenv("SOME_KEY", "")
	if _, err := remote.KeyFromEnv("SOME_KEY"); err == nil || !strings.Contains(err.Error(), "no key in SOME_KEY") {
		t.Errorf("%v", err)
	}
	t.Setenv("SOME_KEY", secret+"\n bad")
	if _, err := remote.KeyFromEnv("SOME_KEY"); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("%v", err)
	}
}

// TestCache: an answer that came is not asked for again, in this run or the next.
func TestCache(t *testing.T) {
	s, c := start(t)
	file := filepath.Join(t.TempDir(), "answers")
	prompts := []string{"a b", "c d e", "f"}
	open := func() *remote.Cache {
		cache, err := remote.OpenCache(file)
		if err != nil {
			t.Fatal(err)
		}
		return cache
	}
	c.Cache, c.Parallel, c.Mode = open(), 1, remote.Echo
	asked := 0
	s.Fault = func(w http.ResponseWriter, _ *http.Request) bool { // fails at the third
		if asked++; asked > 2 {
			w.WriteHeader(http.StatusTeapot)
		}
		return asked > 2
	}
	dst := make([]float64, 3)
	if err := remote.Sequence(c, " x").Score(t.Context(), dst, prompts); err == nil {
		t.Fatal("no error")
	}
	if err := c.Cache.Close(); err != nil {
		t.Fatal(err)
	}
	s.Fault = nil
	before := s.Requests()
	c.Cache = open()
	defer c.Cache.Close()
	want := scores(t, remote.Sequence(c, " x"), prompts...)
	if n := s.Requests() - before; n != 1 {
		t.Errorf("asked %d times again", n)
	}
	if again := scores(t, remote.Sequence(c, " x"), prompts...); !slices.Equal(again, want) || s.Requests()-before != 1 || c.Cache.Len() != 3 {
		t.Errorf("%v, want %v; %d requests, %d kept", again, want, s.Requests()-before, c.Cache.Len())
	}
	other := &remote.Client{Endpoint: c.Endpoint, Model: "tiny", Chat: true, Mode: remote.PromptLogProbs, Cache: c.Cache}
	_ = scores(t, remote.Sequence(other, " x"), prompts...)
	if n := s.Requests() - before; n != 4 {
		t.Errorf("another question was answered from the cache: %d requests", n)
	}
	if err := os.WriteFile(file+"2", []byte("not a cache, though it is quite long"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := remote.OpenCache(file + "2"); err == nil {
		t.Error("opened what is no cache")
	}
}

// TestRenamed: a server that refuses max_tokens is asked with
// max_completion_tokens from then on, and what it answers is found in the cache as
// an answer to max_tokens is.
func TestRenamed(t *testing.T) {
	for _, refusal := range []string{
		`{"error": {"message": "No.", "type": "invalid_request_error", "param": "max_tokens", "code": "unsupported_parameter"}}`,
		`{"error": {"message": "proxy: Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "param": null, "code": 400}}`,
	} {
		s, c := start(t)
		cache, err := remote.OpenCache(filepath.Join(t.TempDir(), "answers"))
		if err != nil {
			t.Fatal(err)
		}
		defer cache.Close()
		s.Renamed, c.Chat, c.Cache, c.MaxTokens = refusal, true, cache, 3
		for _, prompt := range []string{"one two", "three", "one two"} {
			if got, err := c.Answer(t.Context(), prompt); err != nil || len(remotetest.Split(got)) != 3 {
				t.Errorf("%q, %v", got, err)
			}
		}
		if u := c.Usage(); u.Requests != 3 || u.Failed != 1 || u.Cached != 1 || s.Requests() != 3 {
			t.Errorf("%+v, %d requests", u, s.Requests())
		}
		s.Renamed = ""
		again := &remote.Client{Endpoint: c.Endpoint, Model: "tiny", Chat: true, Cache: cache, MaxTokens: 3}
		if _, err := again.Answer(t.Context(), "three"); err != nil || s.Requests() != 3 {
			t.Errorf("%v, %d requests", err, s.Requests())
		}
	}
}

func TestUsage(t *testing.T) {
	s, c := start(t)
	c.Mode, c.Price = remote.Echo, remote.Price{Prompt: 2, Answer: 10}
	if p := c.Preview("abcdef", "abc", 100); p.Passes != 100 || p.PromptTokens != 300 || p.AnswerTokens != 100 || p.Time != 0 || p.Cost != 0.0016 {
		t.Errorf("%+v", p)
	}
	failed := false
	s.Fault = func(w http.ResponseWriter, _ *http.Request) bool {
		if failed = !failed; failed {
			w.WriteHeader(http.StatusBadGateway)
		}
		return failed
	}
	c.Parallel = 1
	_ = scores(t, remote.Sequence(c, " x y"), "a", "b c")
	u := c.Usage()
	if u.Requests != 4 || u.Failed != 2 || u.PromptTokens != 4+5 || u.AnswerTokens != 2 || u.Time <= 0 {
		t.Errorf("%+v", u)
	}
	p := c.Preview("a", " x y", 10)
	if p.Time <= 0 || !strings.Contains(p.String(), "at most 10 passes, about ") {
		t.Errorf("%v", p)
	}
}

// TestParallel: so many requests are under way at a time, and no more.
func TestParallel(t *testing.T) {
	s, c := start(t)
	c.Parallel, c.Mode = 3, remote.Echo
	var now, most, asked atomic.Int32
	var together sync.WaitGroup
	together.Add(c.Parallel)
	s.Fault = func(http.ResponseWriter, *http.Request) bool {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		if asked.Add(1) <= 3 { // the first ones wait for one another
			together.Done()
			together.Wait()
		}
		return false
	}
	_ = scores(t, remote.Sequence(c, " x"), slices.Repeat([]string{"a"}, 10)...)
	if most.Load() != 3 {
		t.Errorf("%d at a time", most.Load())
	}
}

func TestModels(t *testing.T) {
	s, c := start(t)
	if names, err := c.Models(t.Context()); err != nil || !slices.Equal(names, []string{"tiny"}) {
		t.Errorf("%v, %v", names, err)
	}
	c.Model = "large"
	if _, err := c.Answer(t.Context(), prompt); err == nil || !strings.Contains(err.Error(), "404 Not Found: there is no model large") {
		t.Errorf("%v", err)
	}
	for _, endpoint := range []string{"", "localhost:8000", "ftp://a", "http://user:" + secret + "@%zz", "http://user:" + secret + "@a", "http://a/v1?key=" + secret} {
		c := &remote.Client{Endpoint: endpoint}
		if _, err := c.Answer(t.Context(), prompt); err == nil || !errors.Is(err, remote.ErrEndpoint) || strings.Contains(err.Error(), secret) {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
	s.Close()
	if _, err := c.Answer(t.Context(), prompt); err == nil || !strings.Contains(err.Error(), "connection refused (tried 5 times)") {
		t.Errorf("%v", err)
	}
}

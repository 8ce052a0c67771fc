// Package remotetest is a server of a language model for tests: it speaks the
// protocol of OpenAI's API on this machine, as far as package remote does.
package remotetest

import (
	"encoding/json"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Server is a server of one model, called "tiny". Its fields may be changed
// while nothing is asked.
type Server struct {
	*httptest.Server
	Echo           bool   // whether echo with logprobs works
	PromptLogProbs bool   // whether prompt_logprobs does
	Key            string // that is wanted, if not empty
	// Renamed is what it answers to max_tokens where it wants
	// max_completion_tokens; empty where it takes both.
	Renamed string
	// Fault, if not nil, is asked before every answer; where it returns true it
	// has answered itself.
	Fault func(w http.ResponseWriter, r *http.Request) bool

	mu       sync.Mutex
	requests int
}

// Begin is the token that every text begins with, as with many models.
const Begin = "<s>"

// New starts a server.
func New() *Server {
	s := &Server{}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Endpoint returns the address of its API.
func (s *Server) Endpoint() string { return s.URL + "/v1" }

// Requests returns how often it was asked.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// request is what is asked, of both kinds.
type request struct {
	Model    string  `json:"model"`
	Prompt   *string `json:"prompt"`
	Messages []struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	} `json:"messages"`
	MaxTokens      int   `json:"max_tokens"`
	Completion     int   `json:"max_completion_tokens"`
	Echo           bool  `json:"echo"`
	LogProbs       *int  `json:"logprobs"`
	PromptLogProbs *int  `json:"prompt_logprobs"`
	Generation     *bool `json:"add_generation_prompt"`
	Continue       bool  `json:"continue_final_message"`
}

// text returns all that the model reads.
// The template is made up; what matters is that a chat has words around its messages.
func (r *request) text() string {
	if r.Prompt != nil {
		return *r.Prompt
	}
	var b strings.Builder
	for i, m := range r.Messages {
		b.WriteString("<" + m.Role + ">\n" + m.Content)
		if !r.Continue || i < len(r.Messages)-1 {
			b.WriteString("</s>\n")
		}
	}
	if r.Generation == nil || *r.Generation {
		b.WriteString("<assistant>\n")
	}
	return b.String()
}

// serve checks the key, the path, the model and the name of the limit, in this order.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	s.mu.Unlock()
	switch {
	case s.Fault != nil && s.Fault(w, r):
	case s.Key != "" && r.Header.Get("Authorization") != "Bearer "+s.Key:
		refuse(w, http.StatusUnauthorized, "no such key: "+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	case r.URL.Path == "/v1/models":
		answer(w, map[string]any{"data": []map[string]string{{"id": "tiny"}}})
	case r.URL.Path == "/v1/completions" || r.URL.Path == "/v1/chat/completions":
		var q request
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		if q.Model != "tiny" {
			refuse(w, http.StatusNotFound, "there is no model "+q.Model)
			return
		}
		if s.Renamed != "" && q.MaxTokens != 0 {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, s.Renamed)
			return
		}
		s.complete(w, &q)
	default:
		refuse(w, http.StatusNotFound, "there is nothing at "+r.URL.Path)
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	answer(w, map[string]any{"error": map[string]string{"message": message}})
}

func answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

// complete answers what is asked.
// It answers as llama.cpp and vLLM do: what is not supported is left out without an error.
func (s *Server) complete(w http.ResponseWriter, q *request) {
	text := q.text()
	tokens := append([]string{Begin}, Split(text)...)
	written := Split(Answer(text))
	written = written[:min(q.MaxTokens+q.Completion, len(written))]
	choice := map[string]any{"index": 0, "text": strings.Join(written, ""), "finish_reason": "stop"}
	if q.Prompt == nil {
		choice = map[string]any{"index": 0, "message": map[string]string{"role": "assistant", "content": strings.Join(written, "")}, "finish_reason": "stop"}
	}
	all := append(slices.Clone(tokens), written...)
	if q.Echo {
		choice["text"] = text + strings.Join(written, "")
	}
	if q.LogProbs != nil {
		// without echo, only of what is written
		shown := written
		if q.Echo && s.Echo {
			shown = all
		}
		choice["logprobs"] = map[string]any{"tokens": shown, "token_logprobs": logProbs(all)[len(all)-len(shown):]}
	}
	response := map[string]any{
		"choices": []any{choice},
		"usage":   map[string]int{"prompt_tokens": len(tokens), "completion_tokens": len(written)},
	}
	if q.PromptLogProbs != nil && s.PromptLogProbs {
		// nothing is known of the first token
		positions := []any{nil}
		for i, p := range logProbs(tokens)[1:] {
			rank := 1 + i%3 // what is likelier comes with it
			position := map[string]any{"7": map[string]any{"logprob": p, "rank": rank, "decoded_token": tokens[i+1]}}
			if rank > 1 {
				position["8"] = map[string]any{"logprob": -0.5, "rank": 1, "decoded_token": " likelier"}
			}
			positions = append(positions, position)
		}
		choice["prompt_logprobs"] = positions
		if q.Prompt == nil {
			response["prompt_logprobs"] = positions
		}
	}
	answer(w, response)
}

// logProbs returns the log-probabilities of tokens, nil for the first.
func logProbs(tokens []string) []*float64 {
	out := make([]*float64, len(tokens))
	for i := 1; i < len(tokens); i++ {
		p := LogProb(tokens[:i], tokens[i])
		out[i] = &p
	}
	return out
}

var pieces = regexp.MustCompile(`<\w+>\n|</s>\n| ?[\p{L}\p{N}]+|.|\n`)

// Split returns the tokens of a text: words with the space before them, and
// other characters.
func Split(text string) []string { return pieces.FindAllString(text, -1) }

// LogProb returns the log-probability that the model gives a token after
// others: what was there before is likelier, and the last token counts too.
// It depends on all that stands before, so that masking words changes scores.
func LogProb(before []string, token string) float64 {
	p := -5.0
	for i, b := range before {
		if strings.EqualFold(strings.TrimSpace(b), strings.TrimSpace(token)) {
			p += 2 / float64(1+len(before)-i)
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(before[len(before)-1] + "|" + token))
	return p - float64(h.Sum32()%1000)/1000
}

// Answer returns what the model writes after a text: its longest words.
func Answer(text string) string {
	words := regexp.MustCompile(`[\p{L}\p{N}]+`).FindAllString(text, -1)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return strings.Join(words[:min(3, len(words))], " ")
}

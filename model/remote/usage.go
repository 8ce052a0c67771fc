package remote

import (
	"fmt"
	"strings"
	"time"
)

// A Usage is what was asked of a server.
// Cached answers cost nothing and count no tokens.
type Usage struct {
	Requests     int64         // sent, those that failed included
	Failed       int64         // of them
	Cached       int64         // answers that were known
	PromptTokens int64         // read by the model, as the server counts
	AnswerTokens int64         // written by it
	Time         time.Duration // that all requests took, one after the other
}

// Usage returns what was asked until now.
func (c *Client) Usage() Usage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.usage
}

// count adds what was asked.
func (c *Client) count(u Usage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.usage.Requests += u.Requests
	c.usage.Failed += u.Failed
	c.usage.Cached += u.Cached
	c.usage.PromptTokens += u.PromptTokens
	c.usage.AnswerTokens += u.AnswerTokens
	c.usage.Time += u.Time
}

// A Price is what tokens cost, in money per million of them.
type Price struct{ Prompt, Answer float64 }

// Cost returns what was paid.
func (p Price) Cost(u Usage) float64 {
	return (p.Prompt*float64(u.PromptTokens) + p.Answer*float64(u.AnswerTokens)) / 1e6
}

// A Preview is what an explanation will take at most: no prompt of it is longer
// than the whole one.
type Preview struct {
	Passes       int           `json:"passes"`
	PromptTokens int64         `json:"prompt_tokens"`
	AnswerTokens int64         `json:"answer_tokens"`
	Time         time.Duration `json:"time"` // 0 where nothing was asked yet that tells
	Cost         float64       `json:"cost"` // 0 where there is no price
}

// bytesPerToken is how many bytes of English text make a token, at the least.
const bytesPerToken = 3

// Preview returns what so many passes will take, without asking anything. answer
// is what is continued with, or as much text as an answer may have. Where the
// server has not been asked before, tokens are counted as 3 bytes each.
func (c *Client) Preview(prompt, answer string, passes int) Preview {
	p := Preview{Passes: passes}
	text := int64(len(c.System) + len(prompt) + len(answer) + bytesPerToken - 1)
	each := Usage{PromptTokens: text / bytesPerToken, AnswerTokens: 1}
	if c.Mode != Echo && c.Mode != PromptLogProbs { // it may have to write answers
		each.AnswerTokens = int64(c.maxTokens())
	}
	// what requests took so far, times the rounds that run side by side
	if u := c.Usage(); u.Requests > u.Failed {
		done := u.Requests - u.Failed
		rounds := (passes + c.parallel() - 1) / c.parallel()
		p.Time = time.Duration(int64(u.Time) / done * int64(rounds))
	}
	p.PromptTokens, p.AnswerTokens = each.PromptTokens*int64(passes), each.AnswerTokens*int64(passes)
	p.Cost = c.Price.Cost(Usage{PromptTokens: p.PromptTokens, AnswerTokens: p.AnswerTokens})
	return p
}

// String tells it in a line.
func (p Preview) String() string {
	s := []string{fmt.Sprintf("at most %d passes", p.Passes), fmt.Sprintf("about %d tokens read and %d written", p.PromptTokens, p.AnswerTokens)}
	if p.Cost > 0 {
		s = append(s, fmt.Sprintf("which cost %.2g", p.Cost))
	}
	if p.Time > 0 {
		s = append(s, fmt.Sprintf("in about %v", p.Time.Round(time.Second)))
	}
	return strings.Join(s, ", ")
}

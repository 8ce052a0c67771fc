// Package rationale reads texts of which people marked the words that matter.
package rationale

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// A Rationale is a text in tokens, of which people marked some.
type Rationale struct {
	Tokens []string  `json:"tokens"`
	Shares []float64 `json:"rationale_freq"` // of the people who marked each
	Marks  []int     `json:"rationale"`      // 1 where marked
	Label  string    `json:"label"`
}

// Marked returns which tokens at least half of the people marked.
func (r *Rationale) Marked() []bool {
	out := make([]bool, len(r.Tokens))
	for i := range out {
		out[i] = len(r.Shares) > 0 && r.Shares[i] >= 0.5 || len(r.Marks) > 0 && r.Marks[i] == 1
	}
	return out
}

// Text joins the tokens with spaces and returns where each is.
// Data sets have lost how words were set apart, so a space stands before
// punctuation, too.
func (r *Rationale) Text() (string, []explain.Span) {
	var b strings.Builder
	var spans []explain.Span
	for i, token := range r.Tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		spans = append(spans, explain.Span{Start: b.Len(), End: b.Len() + len(token)})
		b.WriteString(token)
	}
	return b.String(), spans
}

// check returns what is wrong with a rationale that somebody else wrote.
func (r *Rationale) check() error {
	n, told := len(r.Tokens), len(r.Shares) > 0 || len(r.Marks) > 0
	if n == 0 || !told || len(r.Shares) > 0 && len(r.Shares) != n || len(r.Marks) > 0 && len(r.Marks) != n {
		return errors.New(`"tokens" needs as many of "rationale_freq" or "rationale"`)
	}
	return nil
}

// mostLine bounds a line, in bytes.
const mostLine = 16 << 20

// Read yields the texts of a file of JSON lines, up to a number of them; 0 for all.
// After an error it yields no more.
func Read(r io.Reader, name string, limit int) iter.Seq2[*Rationale, error] {
	return func(yield func(*Rationale, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, mostLine)
		for line, n := 1, 0; lines.Scan() && (limit == 0 || n < limit); line++ {
			text := lines.Bytes()
			// A byte-order mark, which editors on Windows write.
			if line == 1 {
				text = bytes.TrimPrefix(text, []byte("\ufeff"))
			}
			if len(bytes.TrimSpace(text)) == 0 {
				continue
			}
			n++
			one := &Rationale{}
			err := json.Unmarshal(text, one)
			if err == nil {
				err = one.check()
			}
			if err != nil {
				yield(nil, fmt.Errorf("%s: line %d: %w", name, line, err))
				return
			}
			if !yield(one, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(nil, fmt.Errorf("%s: %w", name, err))
		}
	}
}

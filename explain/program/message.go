package program

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// Limits on what a program may claim, so that memory stays bounded.
const (
	maxPlayers = 1 << 12
	maxOutputs = 1 << 12
	maxHello   = 1 << 22 // bytes of its first line
	maxNumber  = 64      // bytes of one value in an answer, on the average
	maxSlack   = 1 << 12 // bytes of an answer beside its values
)

// hello is what a program says first.
type hello struct {
	N       *int     `json:"n"`
	Outputs *int     `json:"outputs"`
	Players []string `json:"players,omitempty"`
	Error   string   `json:"error,omitempty"`
}

// readHello reads and checks the first line.
func readHello(r *bufio.Reader) (players, outputs int, names []string, err error) {
	line, err := readLine(r, maxHello)
	if err != nil {
		return 0, 0, nil, err
	}
	return parseHello(line)
}

// parseHello reads what a program says first.
func parseHello(line []byte) (players, outputs int, names []string, err error) {
	var h hello
	wrong := json.Unmarshal(line, &h) != nil
	// A pointer tells a missing number from 0, which is refused.
	if h.Outputs == nil {
		one := 1
		h.Outputs = &one
	}
	switch {
	case h.Error != "":
		return 0, 0, nil, fmt.Errorf("says: %s", printable(h.Error))
	// An error that the program tells comes first: it may be all that the line has.
	case wrong || h.N == nil:
		return 0, 0, nil, fmt.Errorf(`began with %s, want {"n":…}`, quote(line))
	case *h.N < 0 || *h.N > maxPlayers:
		return 0, 0, nil, fmt.Errorf("has %d players, want 0 to %d", *h.N, maxPlayers)
	case *h.Outputs < 1 || *h.Outputs > maxOutputs:
		return 0, 0, nil, fmt.Errorf("has %d outputs, want 1 to %d", *h.Outputs, maxOutputs)
	case len(h.Players) != 0 && len(h.Players) != *h.N:
		return 0, 0, nil, fmt.Errorf("names %d of its %d players", len(h.Players), *h.N)
	}
	return *h.N, *h.Outputs, h.Players, nil
}

// appendRequest appends the line that asks for the values of batch.
// It is written by hand: a mask is hexadecimal digits, which JSON need not escape,
// and a game of many coalitions asks often.
func appendRequest(b []byte, batch *explain.Coalitions) []byte {
	b = append(b, `{"masks":[`...)
	for i, c := range batch.All() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = appendMask(b, c)
		b = append(b, '"')
	}
	return append(b, "]}\n"...)
}

// appendMask appends a coalition as a hexadecimal number.
func appendMask(b []byte, c explain.Coalition) []byte {
	top := len(c) - 1
	// A number has no zeros before it, whatever the number of players.
	for top > 0 && c[top] == 0 {
		top--
	}
	if top < 0 {
		return append(b, '0')
	}
	b = strconv.AppendUint(b, c[top], 16)
	for top--; top >= 0; top-- {
		b = fmt.Appendf(b, "%016x", c[top])
	}
	return b
}

// parseMask reads what appendMask wrote.
func parseMask(mask string, players int) (explain.Coalition, error) {
	c := explain.NewCoalition(players)
	for i := range len(mask) {
		digit, err := strconv.ParseUint(mask[len(mask)-1-i:len(mask)-i], 16, 8)
		if err != nil {
			return nil, fmt.Errorf("has the mask %s, want a hexadecimal number", quote([]byte(mask)))
		}
		// Each digit is four players; bits are taken off from the lowest.
		for ; digit != 0; digit &= digit - 1 {
			p := 4*i + bits.TrailingZeros64(digit)
			if p >= players {
				return nil, fmt.Errorf("has a mask with player %d of %d", p, players)
			}
			c.Add(p)
		}
	}
	return c, nil
}

// readAnswer reads the values of so many coalitions to dst.
func readAnswer(r *bufio.Reader, dst []float64, coalitions, outputs int) error {
	line, err := readLine(r, maxSlack+maxNumber*len(dst))
	if err != nil {
		return err
	}
	var a struct {
		Values []json.RawMessage `json:"values"`
		Error  string            `json:"error"`
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return fmt.Errorf(`answered %s, want {"values":…}`, quote(line))
	}
	if a.Error != "" {
		return fmt.Errorf("says: %s", printable(a.Error))
	}
	// Counted before any is read, so that dst is never written beyond its end.
	if len(a.Values) != coalitions {
		return fmt.Errorf("answered %s: %d values, want %d", quote(line), len(a.Values), coalitions)
	}
	for i, value := range a.Values {
		if err := readValue(dst[i*outputs:(i+1)*outputs], value); err != nil {
			return fmt.Errorf("answered %s: value %d %w", quote(line), i, err)
		}
	}
	return nil
}

// readValue reads a number, or a list of numbers where there are several outputs.
func readValue(dst []float64, value json.RawMessage) error {
	numbers := make([]*float64, 1) // pointers, since null would pass for 0
	if len(dst) == 1 {
		if err := json.Unmarshal(value, &numbers[0]); err != nil || numbers[0] == nil {
			return fmt.Errorf("is %s, want a number", quote(value))
		}
	} else if err := json.Unmarshal(value, &numbers); err != nil || len(numbers) != len(dst) {
		return fmt.Errorf("is %s, want a list of %d numbers", quote(value), len(dst))
	}
	for i, n := range numbers {
		if n == nil {
			return fmt.Errorf("is %s, want %d numbers", quote(value), len(dst))
		}
		dst[i] = *n
	}
	return nil
}

var errSilent = errors.New("ended its output")

// readLine reads a line of at most so many bytes.
// bufio.Scanner would do, but for its one buffer size: here a line is bounded by
// what was asked.
func readLine(r *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		if line = append(line, piece...); len(line) > most {
			return nil, fmt.Errorf("wrote a line of more than %d bytes: %s", most, quote(line))
		}
		switch {
		case err == nil:
			return line, nil
		// The last line may lack its end.
		case errors.Is(err, io.EOF) && len(strings.TrimSpace(string(line))) > 0:
			return line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, errSilent
		}
	}
}

// quote shows the beginning of what a program wrote.
func quote(line []byte) string {
	const most = 80
	s := strings.TrimSpace(string(line))
	if len(s) > most {
		// The cut may fall within a character.
		return strconv.Quote(strings.ToValidUTF8(s[:most], "")) + "…"
	}
	return strconv.Quote(s)
}

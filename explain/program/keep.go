package program

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// A Kept is a game whose values are also in a file, where the next run finds
// them: nothing is asked for twice, and what a program told before it failed is
// not lost. It is for one goroutine at a time. Its file is for one process at a time,
// which a lock sees to that ends with the process, however it ends.
type Kept struct {
	game   explain.Game
	file   *os.File
	values map[string][]float64
}

// record is a line of the file but the first, which is a [hello].
type record struct {
	Masks  []string          `json:"masks"`
	Values []json.RawMessage `json:"values"`
}

// Keep returns g with its values kept in a file, which is made if need be. The
// file is lines of JSON: what a program says first, then requests and answers,
// {"masks": […], "values": […]}. It is an error if the file tells of another number of
// players or outputs, or of players with other names, and if another process has
// it open. A last line that was cut off is dropped. Close the game to close the
// file.
func Keep(g explain.Game, name string) (*Kept, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666) //nolint:gosec // as the umask will have it
	if err != nil {
		return nil, fmt.Errorf("program: %w", err)
	}
	k := &Kept{game: g, file: file, values: map[string][]float64{}}
	if err := lock(file); err != nil {
		return nil, errors.Join(fmt.Errorf("program: %s: %w", name, err), file.Close())
	}
	if err := k.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("program: %s: %w", name, err), file.Close())
	}
	return k, nil
}

// errLocked is that a file of values is in use.
var errLocked = errors.New("another process has it open; wait for that, or name another file")

// Players returns the number of players of the game within.
func (k *Kept) Players() int { return k.game.Players() }

// Outputs returns the number of outputs of the game within.
func (k *Kept) Outputs() int { return k.game.Outputs() }

// Unwrap returns the game within.
func (k *Kept) Unwrap() explain.Game { return k.game }

// Len returns how many coalitions' values are known.
func (k *Kept) Len() int { return len(k.values) }

// Close closes the file.
func (k *Kept) Close() error { return k.file.Close() }

// Value writes the values of batch to dst. Those that are not known are asked
// for, at most 256 at a time, and written to the file.
func (k *Kept) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	fresh := explain.NewCoalitions(k.Players(), 0)
	asked := map[string]bool{}
	for _, c := range batch.All() {
		key := c.Key()
		if _, known := k.values[key]; !known && !asked[key] {
			asked[key] = true
			fresh.Append(c)
		}
	}
	for lo := 0; lo < fresh.Len(); lo += maxMasks {
		if err := k.learn(ctx, fresh.Slice(lo, min(lo+maxMasks, fresh.Len()))); err != nil {
			return err
		}
	}
	for i, c := range batch.All() {
		copy(dst[i*k.Outputs():], k.values[c.Key()])
	}
	return ctx.Err()
}

// learn asks for the values of batch and writes them down.
func (k *Kept) learn(ctx context.Context, batch *explain.Coalitions) error {
	n := k.Outputs()
	values := make([]float64, batch.Len()*n)
	if err := k.game.Value(ctx, values, batch); err != nil {
		return err
	}
	var r record
	for i, c := range batch.All() {
		value, err := written(values[i*n : (i+1)*n])
		if err != nil {
			return err
		}
		r.Masks = append(r.Masks, string(appendMask(nil, c)))
		r.Values = append(r.Values, value)
	}
	if err := k.write(r); err != nil {
		return err
	}
	for i, c := range batch.All() {
		k.values[c.Key()] = values[i*n : (i+1)*n : (i+1)*n]
	}
	return nil
}

// written returns the values of a coalition as a program tells them.
func written(values []float64) (json.RawMessage, error) {
	if len(values) == 1 {
		return json.Marshal(values[0])
	}
	return json.Marshal(values)
}

// write appends a line.
func (k *Kept) write(line any) error {
	b, err := json.Marshal(line)
	if err == nil {
		_, err = k.file.Write(append(b, '\n')) // at the end, all at once
	}
	if err != nil {
		return fmt.Errorf("program: keep values: %w", err)
	}
	return nil
}

// read learns what the file knows, and leaves it ready for more.
func (k *Kept) read() error {
	head, _ := json.Marshal(k.head())
	lines := bufio.NewReader(k.file)
	var whole int64 // bytes of lines that are complete
	for number := 1; ; number++ {
		line, err := readLine(lines, maxHello+maxNumber*maxMasks*k.Outputs())
		cut := err == nil && !bytes.HasSuffix(line, []byte("\n"))
		if errors.Is(err, errSilent) || cut && number > 1 {
			break
		}
		if cut && bytes.HasPrefix(head, line) {
			break // whoever made it was killed at once
		}
		if cut {
			err = errors.New("ends within its first line; no values are kept there")
		}
		if err == nil {
			err = k.readLine(line, number == 1)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		whole += int64(len(line))
	}
	if err := k.file.Truncate(whole); err != nil {
		return err
	}
	if whole > 0 {
		return nil
	}
	return k.write(k.head())
}

// head returns the first line of the file.
func (k *Kept) head() hello {
	n, outputs := k.Players(), k.Outputs()
	h := hello{N: &n, Outputs: &outputs}
	for _, p := range explain.NewExplanation(k.game, explain.SV).Players {
		h.Players = append(h.Players, p.Text)
	}
	return h
}

// readLine takes over a line of the file.
func (k *Kept) readLine(line []byte, first bool) error {
	if first {
		players, outputs, names, err := parseHello(line)
		if err != nil {
			return fmt.Errorf("%w; no values are kept there", err)
		}
		if want := k.head(); players != *want.N || outputs != *want.Outputs || !slices.Equal(names, want.Players) {
			return errors.New("holds the values of another game")
		}
		return nil
	}
	var r record
	if json.Unmarshal(line, &r) != nil || len(r.Masks) != len(r.Values) {
		return fmt.Errorf("holds %s, want masks and as many values", quote(line))
	}
	for i, mask := range r.Masks {
		c, err := parseMask(mask, k.Players())
		values := make([]float64, k.Outputs())
		if err == nil {
			err = readValue(values, r.Values[i])
		}
		if err != nil {
			return fmt.Errorf("coalition %d %w", i, err)
		}
		k.values[c.Key()] = values
	}
	return nil
}

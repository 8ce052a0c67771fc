package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/whence-xai/whence/model/internal/f32"
)

// A config is config.json or an object in it, read key by key. What is wrong
// is noted and a value that does no harm returned, so that err can tell all
// faults together.
type config struct {
	path   string // of the object, with a dot after every key
	values map[string]json.RawMessage
	faults *[]error
	notes  *[]string // what a user should know of a config that is read all the same
}

// maxSize bounds every size that a config may give: far above any model, and
// small enough that a product of two does not overflow.
const maxSize = 1 << 24

// Other bounds: of layers, of heads, and of positions where a table is computed
// for them. They are again far above any model but for the last, 131,072, which
// some exceed.
const (
	maxLayers    = 1 << 10
	maxHeads     = 1 << 12
	maxPositions = 1 << 17
)

func parseConfig(text []byte) (*config, error) {
	c := &config{faults: new([]error), notes: new([]string)}
	text, err := wholeNumbers(text)
	if err == nil {
		err = json.Unmarshal(text, &c.values)
	}
	if err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	return c, nil
}

// fail notes what is wrong.
func (c *config) fail(format string, args ...any) {
	*c.faults = append(*c.faults, fmt.Errorf("config.json: "+format, args...))
}

// err returns all that was noted.
func (c *config) err() error { return errors.Join(*c.faults...) }

// has tells whether the config says anything under key, if only null.
func (c *config) has(key string) bool {
	_, ok := c.values[key]
	return ok
}

// name returns what a key of the object is called in errors.
func (c *config) name(key string) string { return c.path + key }

// given tells whether the config says anything but null under key.
func (c *config) given(key string) bool { return c.has(key) && string(c.values[key]) != "null" }

// in returns the object under key, an empty one if there is none.
func (c *config) in(key string) *config {
	inner := &config{path: c.path + key + ".", faults: c.faults, notes: c.notes}
	c.read(&inner.values, key)
	return inner
}

// withDefaults returns c with values for keys that it has not.
func (c *config) withDefaults(values map[string]string) *config {
	all := maps.Clone(c.values)
	if all == nil {
		all = map[string]json.RawMessage{}
	}
	for key, value := range values {
		if !c.has(key) {
			all[key] = json.RawMessage(value)
		}
	}
	return &config{path: c.path, values: all, faults: c.faults, notes: c.notes}
}

// read reads the value of the first of keys that has one other than null into
// to, and returns that key, or "" if there is none.
func (c *config) read(to any, keys ...string) string {
	for _, key := range keys {
		raw, ok := c.values[key]
		if !ok || string(raw) == "null" {
			continue
		}
		if err := json.Unmarshal(raw, to); err != nil {
			c.fail("%s%s is %.40s, not %s", c.path, key, raw, kindOf(to))
			return ""
		}
		return key
	}
	return ""
}

// size returns the size called by the first of keys that is there, else
// missing; 0 means that there must be one.
func (c *config) size(missing int, keys ...string) int { return c.count(missing, maxSize, keys...) }

// layers is size for a number of layers.
func (c *config) layers(missing int, keys ...string) int {
	return c.count(missing, maxLayers, keys...)
}

// heads is size for a number of heads.
func (c *config) heads(missing int, keys ...string) int {
	return c.count(missing, maxHeads, keys...)
}

// count is size for a number from 1 to most.
func (c *config) count(missing, most int, keys ...string) int {
	n := missing
	key := c.read(&n, keys...)
	switch {
	case key == "" && n < 1:
		c.fail("%s%s is missing", c.path, strings.Join(keys, " or "))
	case n < 1 || n > most:
		c.fail("%s%s is %d, not from 1 to %d", c.path, key, n, most)
	default:
		return n
	}
	return 1
}

// id returns a token's number or whatever else may be 0, else missing.
func (c *config) id(missing int, key string) int {
	n := missing
	c.read(&n, key)
	if n < -1 || n > maxSize {
		c.fail("%s%s is %d, not from 0 to %d", c.path, key, n, maxSize)
		return missing
	}
	return n
}

// number returns a finite number.
func (c *config) number(missing float64, keys ...string) float64 {
	c.read(&missing, keys...)
	return missing
}

// positive returns a number above 0 and below 10¹².
func (c *config) positive(missing float64, keys ...string) float64 {
	v := missing
	if key := c.read(&v, keys...); !(v > 0 && v < 1e12) {
		c.fail("%s%s is %g, not above 0", c.path, key, v)
		return 1
	}
	return v
}

// cap returns a bound of logits, 0 where the config says null.
func (c *config) cap(missing float64, key string) float64 {
	if string(c.values[key]) == "null" {
		return 0
	}
	if missing == 0 && !c.has(key) {
		return 0
	}
	return c.positive(missing, key)
}

// epsilon returns a small positive number.
func (c *config) epsilon(missing float64, keys ...string) float64 {
	v := missing
	if key := c.read(&v, keys...); !(v > 0 && v < 1) || float32(v) == 0 {
		c.fail("%s%s is %g, not between 0 and 1", c.path, key, v)
		return 1
	}
	return v
}

// flag returns a truth value.
func (c *config) flag(missing bool, key string) bool {
	c.read(&missing, key)
	return missing
}

// word returns a text.
func (c *config) word(missing string, keys ...string) string {
	c.read(&missing, keys...)
	return missing
}

// words returns a list of words, or one text of them with bars between.
func (c *config) words(key string) []string {
	var list []string
	if raw := c.values[key]; len(raw) > 0 && raw[0] == '"' {
		return splitWords(c.word("", key))
	}
	c.read(&list, key)
	return list
}

func splitWords(text string) []string {
	var list []string
	for word := range strings.SplitSeq(strings.ToLower(text), "|") {
		list = append(list, strings.TrimSpace(word))
	}
	return list
}

// only notes a word other than the one that is supported.
func (c *config) only(word, key string) {
	if got := c.word(word, key); got != word {
		c.fail("%s%s %q is not supported, only %s", c.path, key, got, word)
	}
}

// divides notes that part does not divide whole.
func (c *config) divides(part string, by int, whole string, value int) {
	if value%by != 0 {
		c.fail("%s %d does not divide by %s %d", whole, value, part, by)
	}
}

// activation returns the function that is named under one of keys.
func (c *config) activation(missing string, keys ...string) f32.Activation {
	switch name := c.word(missing, keys...); name {
	case "gelu", "gelu_python":
		return f32.GELU
	case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh":
		return f32.GELUTanh
	case "relu":
		return f32.ReLU
	case "silu", "swish":
		return f32.SiLU
	case "tanh":
		return f32.Tanh
	default:
		c.fail("unknown activation %q", name)
		return f32.None
	}
}

// warn notes what a user should know.
func (c *config) warn(format string, args ...any) {
	*c.notes = append(*c.notes, fmt.Sprintf("config.json: "+format, args...))
}

// warnings returns what a user should know, a line each.
func (c *config) warnings() []string { return *c.notes }

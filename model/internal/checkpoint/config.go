package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/whence-xai/whence/model/internal/f32"
)

// A Config is config.json or an object in it, read key by key. What is wrong
// is noted and a value that does no harm returned, so that Err can tell all
// faults together.
type Config struct {
	path   string // of the object, with a dot after every key
	values map[string]json.RawMessage
	// shared by all objects of a config, so that its errors are told together
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
	MaxLayers    = 1 << 10
	maxHeads     = 1 << 12
	MaxPositions = 1 << 17
)

// ParseConfig reads config.json.
func ParseConfig(text []byte) (*Config, error) {
	c := &Config{faults: new([]error), notes: new([]string)}
	text, err := wholeNumbers(text)
	if err == nil {
		err = json.Unmarshal(text, &c.values)
	}
	if err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	return c, nil
}

// Fail notes what is wrong.
func (c *Config) Fail(format string, args ...any) {
	*c.faults = append(*c.faults, fmt.Errorf("config.json: "+format, args...))
}

// Err returns all that was noted.
func (c *Config) Err() error { return errors.Join(*c.faults...) }

// Has tells whether the config says anything under key, if only null.
func (c *Config) Has(key string) bool {
	_, ok := c.values[key]
	return ok
}

// Name returns what a key of the object is called in errors.
func (c *Config) Name(key string) string { return c.path + key }

// Given tells whether the config says anything but null under key.
func (c *Config) Given(key string) bool { return c.Has(key) && string(c.values[key]) != "null" }

// In returns the object under key, an empty one if there is none.
func (c *Config) In(key string) *Config {
	inner := &Config{path: c.path + key + ".", faults: c.faults, notes: c.notes}
	c.Read(&inner.values, key)
	return inner
}

// WithDefaults returns c with values for keys that it has not.
func (c *Config) WithDefaults(values map[string]string) *Config {
	all := maps.Clone(c.values)
	if all == nil {
		all = map[string]json.RawMessage{}
	}
	for key, value := range values {
		if !c.Has(key) {
			all[key] = json.RawMessage(value)
		}
	}
	return &Config{path: c.path, values: all, faults: c.faults, notes: c.notes}
}

// Read reads the value of the first of keys that has one other than null into
// to, and returns that key, or "" if there is none.
func (c *Config) Read(to any, keys ...string) string {
	for _, key := range keys {
		raw, ok := c.values[key]
		if !ok || string(raw) == "null" {
			continue
		}
		if err := json.Unmarshal(raw, to); err != nil {
			c.Fail("%s%s is %.40s, not %s", c.path, key, raw, kindOf(to))
			return ""
		}
		return key
	}
	return ""
}

// Size returns the size called by the first of keys that is there, else
// missing; 0 means that there must be one.
func (c *Config) Size(missing int, keys ...string) int { return c.Count(missing, maxSize, keys...) }

// Layers is size for a number of layers.
func (c *Config) Layers(missing int, keys ...string) int {
	return c.Count(missing, MaxLayers, keys...)
}

// Heads is size for a number of heads.
func (c *Config) Heads(missing int, keys ...string) int {
	return c.Count(missing, maxHeads, keys...)
}

// Count is size for a number from 1 to most.
func (c *Config) Count(missing, most int, keys ...string) int {
	n := missing
	key := c.Read(&n, keys...)
	switch {
	case key == "" && n < 1:
		c.Fail("%s%s is missing", c.path, strings.Join(keys, " or "))
	case n < 1 || n > most:
		c.Fail("%s%s is %d, not from 1 to %d", c.path, key, n, most)
	default:
		return n
	}
	return 1
}

// ID returns a token's number or whatever else may be 0, else missing.
func (c *Config) ID(missing int, key string) int {
	n := missing
	c.Read(&n, key)
	if n < -1 || n > maxSize {
		c.Fail("%s%s is %d, not from 0 to %d", c.path, key, n, maxSize)
		return missing
	}
	return n
}

// Number returns a finite number.
func (c *Config) Number(missing float64, keys ...string) float64 {
	c.Read(&missing, keys...)
	return missing
}

// Positive returns a number above 0 and below 10¹².
func (c *Config) Positive(missing float64, keys ...string) float64 {
	v := missing
	switch key := c.Read(&v, keys...); {
	case v > 0 && v < 1e12:
		return v
	case key == "":
		c.Fail("%s%s is missing", c.path, strings.Join(keys, " or "))
	default:
		c.Fail("%s%s is %g, not above 0", c.path, key, v)
	}
	return 1
}

// Cap returns a bound of logits, 0 where the config says null.
func (c *Config) Cap(missing float64, key string) float64 {
	if string(c.values[key]) == "null" {
		return 0
	}
	if missing == 0 && !c.Has(key) {
		return 0
	}
	return c.Positive(missing, key)
}

// Epsilon returns a small positive number.
func (c *Config) Epsilon(missing float64, keys ...string) float64 {
	v := missing
	if key := c.Read(&v, keys...); !(v > 0 && v < 1) || float32(v) == 0 {
		c.Fail("%s%s is %g, not between 0 and 1", c.path, key, v)
		return 1
	}
	return v
}

// Flag returns a truth value.
func (c *Config) Flag(missing bool, key string) bool {
	c.Read(&missing, key)
	return missing
}

// Word returns a text.
func (c *Config) Word(missing string, keys ...string) string {
	c.Read(&missing, keys...)
	return missing
}

// Words returns a list of words, or one text of them with bars between.
func (c *Config) Words(key string) []string {
	var list []string
	if raw := c.values[key]; len(raw) > 0 && raw[0] == '"' {
		return splitWords(c.Word("", key))
	}
	c.Read(&list, key)
	return list
}

func splitWords(text string) []string {
	var list []string
	for word := range strings.SplitSeq(strings.ToLower(text), "|") {
		list = append(list, strings.TrimSpace(word))
	}
	return list
}

// Only notes a word other than the one that is supported.
func (c *Config) Only(word, key string) {
	if got := c.Word(word, key); got != word {
		c.Fail("%s%s %q is not supported, only %s", c.path, key, got, word)
	}
}

// Divides notes that part does not divide whole.
func (c *Config) Divides(part string, by int, whole string, value int) {
	if value%by != 0 {
		c.Fail("%s %d does not divide by %s %d", whole, value, part, by)
	}
}

// Activation returns the function that is named under one of keys.
func (c *Config) Activation(missing string, keys ...string) f32.Activation {
	switch name := c.Word(missing, keys...); name {
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
		c.Fail("unknown activation %q", name)
		return f32.None
	}
}

// warn notes what a user should know.
func (c *Config) warn(format string, args ...any) {
	*c.notes = append(*c.notes, fmt.Sprintf("config.json: "+format, args...))
}

// Warnings returns what a user should know, a line each.
func (c *Config) Warnings() []string { return *c.notes }

package checkpoint

import (
	"encoding/json"
	"strconv"
)

// maxLabels bounds the classes of a model.
// A number of a class in a config is memory.
const maxLabels = 1 << 16

// Labels returns the names of the classes by id. A class without a name has the
// one that transformers gives it.
// The number of classes is that of the names, so that the head's shape is checked by it.
func (c *Config) Labels() []string {
	byID := map[string]json.RawMessage{}
	if c.Read(&byID, "id2label") == "" {
		return c.unlisted()
	}
	if len(byID) == 0 || len(byID) > maxLabels {
		c.Fail("%d labels in id2label", len(byID))
		return nil
	}
	labels := numbered(len(byID))
	for key, raw := range byID {
		id, err := strconv.Atoi(key)
		switch {
		case err != nil:
			c.Fail("id2label: %q is no number of a class", key)
		case id < 0 || id >= len(labels):
			c.warn("id2label names %d classes, one of them %d: those without a name are called LABEL_…", len(labels), id)
		case string(raw) != "null":
			labels[id] = labelOf(raw)
		}
	}
	return labels
}

// unlisted returns the classes of a config without id2label: those of label2id
// where it names each once.
// Without either there are two, transformers' default.
func (c *Config) unlisted() []string {
	byName := map[string]json.RawMessage{}
	c.Read(&byName, "label2id")
	labels := numbered(c.Count(max(2, len(byName)), maxLabels, "num_labels"))
	if len(byName) != len(labels) {
		return labels
	}
	named := make([]string, len(labels))
	for name, raw := range byName {
		id, err := strconv.Atoi(string(raw))
		if err != nil || id < 0 || id >= len(named) {
			return labels
		}
		named[id] = name
	}
	// one that two names have leaves another without
	for i, name := range named {
		if _, known := byName[name]; !known || string(byName[name]) != strconv.Itoa(i) {
			return labels
		}
	}
	return named
}

// numbered returns the names of n classes that have none.
func numbered(n int) []string {
	labels := make([]string, n)
	for i := range labels {
		labels[i] = "LABEL_" + strconv.Itoa(i)
	}
	return labels
}

// labelOf returns a name as it reads, which may be a number.
func labelOf(raw json.RawMessage) string {
	var name string
	if json.Unmarshal(raw, &name) != nil {
		name = string(raw)
	}
	return name
}

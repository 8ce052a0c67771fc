package checkpoint

import (
	"strings"
	"testing"
)

// TestLabels: names of classes as configs have them.
func TestLabels(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                                              "LABEL_0 LABEL_1",
		`{"num_labels": 3.0}`:                             "LABEL_0 LABEL_1 LABEL_2",
		`{"id2label": null, "num_labels": 1}`:             "LABEL_0",
		`{"id2label": {"0": 0, "1": 1}}`:                  "0 1",
		`{"id2label": {"0": "a", "1": null}}`:             "a LABEL_1",
		`{"id2label": {"0": 1.5, "1": true}}`:             "1.5 true",
		`{"id2label": {"0": "a", "2": "b"}}`:              "a LABEL_1",
		`{"id2label": {"0": "a", "1": "a"}}`:              "a a",
		`{"label2id": {"b": 1, "a": 0, "c": 2}}`:          "a b c",
		`{"label2id": {"b": 1.0, "a": 0}}`:                "a b",
		`{"label2id": {"b": 1, "a": 1}}`:                  "LABEL_0 LABEL_1",
		`{"label2id": {"b": 1, "a": 0}, "num_labels": 3}`: "LABEL_0 LABEL_1 LABEL_2",
	} {
		c, err := ParseConfig([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(c.Labels(), " ")
		if err := c.Err(); got != want || err != nil {
			t.Errorf("%s: %q, error %v, want %q", text, got, err, want)
		}
		if gap := strings.Contains(text, `"2": "b"`); (len(c.Warnings()) == 1) != gap {
			t.Errorf("%s: notes %q", text, c.Warnings())
		}
	}
}

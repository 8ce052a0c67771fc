package tokenizer

import (
	"testing"
)

// TestTweetRules: tweets become what transformers makes of them, character by character from where they stood.
func TestTweetRules(t *testing.T) {
	var cases [][2]string
	readJSON(t, "testdata/tweets.golden.json", &cases)
	n, err := newTweetRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		x := newText(c[0], 0, newBudget(len(c[0])))
		n.normalize(&x)
		if string(x.bytes) != c[1] {
			t.Errorf("%q\nhave %q\nwant %q", c[0], x.bytes, c[1])
		}
		last := origin{}
		for i, o := range x.from {
			if o.start < last.start || o.end < o.start || int(o.end) > len(c[0]) {
				t.Fatalf("%q: byte %d of %q comes from %v, behind %v", c[0], i, x.bytes, o, last)
			}
			last = o
		}
	}
}

// TestTweetSpans: what a word became stands for the whole of it.
func TestTweetSpans(t *testing.T) {
	n, err := newTweetRules()
	if err != nil {
		t.Fatal(err)
	}
	const s = "hi @bob, can't see https://x.org/y 😂"
	x := newText(s, 0, newBudget(len(s)))
	n.normalize(&x)
	p := pieces{text: x, cuts: []cut{{0, len(x.bytes)}}}
	splitAt{pattern: tweetWords{}, invert: true}.split(&p)
	var have [][2]string
	for _, c := range p.cuts {
		span := p.span(c.lo, c.hi)
		have = append(have, [2]string{string(p.bytes[c.lo:c.hi]), s[span.Start:span.End]})
	}
	want := [][2]string{{"hi", "hi"}, {"@USER", "@bob"}, {",", ","}, {"can't", "can't"}, {"see", "see"}, {"HTTPURL", "https://x.org/y"}, {":face_with_tears_of_joy:", "😂"}}
	if len(have) != len(want) {
		t.Fatalf("words %q, want %q", have, want)
	}
	for i := range want {
		if have[i] != want[i] {
			t.Errorf("word %d: %q, want %q", i, have[i], want[i])
		}
	}
}

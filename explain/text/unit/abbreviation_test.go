package unit

import (
	"slices"
	"strings"
	"testing"
)

// TestSentences: parts are parted by bars.
func TestSentences(t *testing.T) {
	for _, want := range []string{
		"Dr. Smith met Mr. O. Henry in the U.S. yesterday.",
		"See https://example.com/a?Q=1&B=2 for more. |It is good.",
		"Go to www.example.com/find?What=this now! |Then stop.",
		"Is it good? |Yes. |No!",
		"J. R. R. Tolkien wrote it. |I read it.",
		"Mrs. Jones and Prof. Brown agree. |They always do.",
		"It was No. 5 of Vol. 3, Fig. 2. |It was good.",
		"He said no. |She said yes.",
		"The U.S. Senate voted. |It was late.",
		"He lives in the U.S. |She lives in Paris.",
		"Plan B. |The end.",
		"It is 5 p.m. |We eat.",
		"So do I. |You do too.",
		"He lives in St. Petersburg. |He is old.",
		"It costs $3.50. |That is much.",
		"We saw cats, dogs, e.g. Rex, etc. |They ran.",
		"Come in Jan. 2020. |We wait.",
		"A line\n|Dr.\n|Smith",
		"(Dr. Who is on.) |Good.",
		"Wait... |What?",
		"日本語です。|次の文。",
		"Mr.",
		"",
	} {
		text := strings.ReplaceAll(want, "|", "")
		var got []string
		for _, s := range sentenceSpans(text) {
			got = append(got, text[s.Start:s.End])
		}
		if parts := strings.Split(want, "|"); want != "" && !slices.Equal(got, parts) {
			t.Errorf("%q fell into %q, want %q", text, got, parts)
		}
	}
}

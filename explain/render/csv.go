package render

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// CSV writes a line for every term and output, under the header
//
//	players,text,start,end,class,score,error
//
// players are numbers from 0 with spaces between them; start and end are bytes
// of the explained text, empty for interactions and where there is no text; class is empty where the
// output has no name, and error where no standard error is known. Numbers have
// all their digits and texts all their characters; but a text or class that a
// spreadsheet would take for a formula, because it begins with one of = + - @ or
// a tab, stands behind an apostrophe. Of the options ByScore and Top play a part.
func CSV(w io.Writer, x *explain.Explanation, o Options) error {
	if err := check(x); err != nil {
		return err
	}
	lines := [][]string{{"players", "text", "start", "end", "class", "score", "error"}}
	for _, r := range rows(x, o) {
		players := make([]string, len(r.Players))
		for i, p := range r.Players {
			players[i] = strconv.Itoa(p)
		}
		start, end := "", ""
		if len(r.Players) == 1 {
			start, end = bounds(x.Players[r.Players[0]])
		}
		for k, score := range r.Score {
			lines = append(lines, []string{
				strings.Join(players, " "), inert(label(x, r.Term)), start, end,
				inert(output(x, k)), digits(score), digits(r.Err[k]),
			})
		}
	}
	return csv.NewWriter(w).WriteAll(lines)
}

// inert returns s such that no spreadsheet computes it.
func inert(s string) string {
	// The characters that OWASP's page on CSV injection names.
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// bounds returns where a player stands in the text, nothing where it does not.
func bounds(p explain.Player) (start, end string) {
	// Players of games without a text have the span 0 to 0.
	if p.Start == p.End {
		return "", ""
	}
	return strconv.Itoa(p.Start), strconv.Itoa(p.End)
}

// digits writes all digits of v, nothing for NaN.
func digits(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

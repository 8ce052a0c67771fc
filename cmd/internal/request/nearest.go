package request

import "strings"

// Nearest returns the candidate that was probably meant by a word, "" for none.
func Nearest(word string, candidates []string) string {
	// A third of the letters may be wrong, in short words one; with more the advice
	// would be a guess.
	best, least := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if max(len(c)-len(word), len(word)-len(c)) >= least {
			continue // so many letters alone
		}
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is the number of letters to insert, remove, replace or swap with the
// next that make b of a.
// It is the optimal string alignment distance, Damerau and Levenshtein's where no
// letter is touched twice. rows[i][j] is that of the first i letters of a and j of
// b.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			rows[i][j] = min(change, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

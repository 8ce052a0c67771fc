package tokenizer

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// longestMerged bounds the pieces that are made of others, since each has as many ways to be as it is long.
// A hostile file of long tokens would otherwise take the square of its length.
const longestMerged = 256

// madeMerges returns every way to make a token of two others, in the order of names and of the length of the first.
// Of the names, which stand by their ids, those that usable refuses take no part.
// transformers finds merges so (generate_merges), since SentencePiece's models of BPE
// keep none: that a token is in the vocabulary says that some pair made it.
func madeMerges(names []string, usable func(id int32) bool) ([][2]string, error) {
	v := newVocab(len(names))
	for i, name := range names {
		if usable(int32(i)) {
			v.add(name, int32(i))
		}
	}
	var merges [][2]string
	for i, name := range names {
		if !usable(int32(i)) {
			continue
		}
		if len(name) > longestMerged {
			return nil, fmt.Errorf("token %d is %d bytes long; one that is made of others has at most %d", i, len(name), longestMerged)
		}
		// the hash of the first part grows with it; the second is hashed each time
		start := noBytes
		for at := 1; at < len(name); at++ {
			// cuts lie between characters, not between bytes
			if start = start.byte(name[at-1]); !utf8.RuneStart(name[at]) {
				continue
			}
			if _, ok := lookup(v, start, "", name[:at]); !ok {
				continue
			}
			if _, ok := v.find(name[at:]); ok {
				merges = append(merges, [2]string{name[:at], name[at:]})
			}
		}
	}
	return merges, nil
}

// scoredMerges returns the merges of a model's normal pieces as SentencePiece ranks them: by the score of what comes of
// them. Names are those of the pieces, or what a configuration calls them.
// A score is the negative of a rank, so that the order is that of training.
func (s *sentencePiece) scoredMerges(names []string) ([][2]string, error) {
	order := make([]int32, len(names))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return -cmp.Compare(s.pieces[a].score, s.pieces[b].score) })
	sorted := make([]string, len(names))
	for i, id := range order {
		sorted[i] = names[id]
	}
	return madeMerges(sorted, func(i int32) bool { return s.pieces[order[i]].kind == normalPiece })
}

// names returns the pieces by their ids.
func (s *sentencePiece) names() []string {
	names := make([]string, len(s.pieces))
	for i, p := range s.pieces {
		names[i] = p.name
	}
	return names
}

// named returns the special tokens that the model itself names.
func (s *sentencePiece) named() specialNames {
	var n specialNames
	for i, t := range []struct {
		id   int32
		name string
	}{{s.begin, s.beginName}, {s.end, s.endName}, {s.unknown, s.unknownName}} {
		if t.id >= 0 {
			n[i] = t.name
		}
	}
	return n
}

package transformer

import (
	"testing"

	"pgregory.net/rapid"
)

func TestChunksCoverTheBatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := randomBatch(t, 60, false)
		target := rapid.IntRange(1, 200).Draw(t, "target")
		at := 0
		var l layout
		l.plain(b)
		l.cut(target)
		for _, c := range l.chunks {
			if c.segments.lo != at || c.segments.hi <= c.segments.lo {
				t.Fatalf("chunk %v begins after sequence %d", c, at)
			}
			if c.segments.len() > 1 && c.rows.len() > 2*target+60 {
				t.Fatalf("chunk %v has %d tokens, target %d", c, c.rows.len(), target)
			}
			at = c.segments.hi
		}
		if at != b.Len() {
			t.Fatalf("chunks end at sequence %d of %d", at, b.Len())
		}
	})
}

func TestSharedRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := randomBatch(t, 60, false)
		type key struct {
			token, position int32
			kind            uint8
		}
		of := func(i int) key { return key{b.Tokens[i], b.Positions[i], b.Types[i]} }
		distinct := map[key]bool{}
		for i := range b.Tokens {
			distinct[of(i)] = true
		}
		limit := rapid.IntRange(0, 200).Draw(t, "limit")
		var s shared
		var l layout
		l.plain(b)
		if got, want := s.find(b, l.rows, limit), len(distinct) <= min(limit, len(b.Tokens)*3/4); got != want {
			t.Fatalf("%d distinct rows of %d with room for %d: shared %v", len(distinct), len(b.Tokens), limit, got)
		} else if !got {
			return
		}
		if len(s.first) != len(distinct) {
			t.Fatalf("%d rows, want %d", len(s.first), len(distinct))
		}
		for i, row := range s.of {
			if of(int(s.first[row])) != of(i) {
				t.Fatalf("token %d %v has the row of %v", i, of(i), of(int(s.first[row])))
			}
		}
	})
}

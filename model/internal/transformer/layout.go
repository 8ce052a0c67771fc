package transformer

import (
	"cmp"
	"slices"
	"sort"
)

// A layout says where the tokens of a batch are computed: each in a row, or
// several sequences' in one where these begin alike.
// Rows, segments, picks and reads are all in one order, so that spans of each tell what
// belongs to a chunk, and nothing is looked up while layers run.
type layout struct {
	rows       []int32   // the token of every row
	segments   []segment // one a sequence, in the order of their rows
	chunks     []chunk
	picks      []int32 // the rows that the head reads, each once, ascending
	pickTokens []int32 // their tokens
	reads      []read  // who reads them, in that order
	sorted     []int32 // the sequences in the order of segments
	of         []int32 // the segment of every sequence
}

// A span is lo..hi of something.
type span struct{ lo, hi int }

func (s span) len() int { return s.hi - s.lo }

// A segment is the rows of a sequence that are its own.
type segment struct {
	sequence int32
	parent   int32 // the segment that has the token before these, or -1
	depth    int32 // tokens before these: of the parent, its parents, or a cache
	rows     span
	picks    span // of those rows
}

// A read is an output of the batch and the pick that it is made of.
type read struct{ row, output, pick int32 }

// A chunk is segments whose activations are in memory at the same time, with
// what belongs to them.
type chunk struct{ segments, rows, picks, reads span }

// reset empties l for a batch of n sequences.
func (l *layout) reset(n int) {
	l.rows, l.segments, l.chunks = l.rows[:0], l.segments[:0], l.chunks[:0]
	l.of = slices.Grow(l.of[:0], n)[:n]
}

// plain gives every token of b its own row.
func (l *layout) plain(b *Batch) {
	l.reset(b.Len())
	for i := range b.Tokens {
		l.rows = append(l.rows, int32(i))
	}
	for i := range b.Len() {
		lo, hi := b.sequence(i)
		l.of[i] = int32(i)
		l.segments = append(l.segments, segment{sequence: int32(i), parent: -1, rows: span{lo, hi}})
	}
}

// cut makes chunks of about target rows.
// A chunk takes whole sequences: attention needs all rows of one.
func (l *layout) cut(target int) {
	l.chunks = l.chunks[:0]
	total := len(l.rows)
	pieces := max(1, (total+target/2)/target)
	at := 0
	for i := range l.segments {
		// A piece ends with the segment that brings it nearest to its share.
		share := (len(l.chunks) + 1) * total / pieces
		if i+1 == len(l.segments) || l.middle(i+1) > share && l.segments[i].rows.hi > l.segments[at].rows.lo {
			l.chunk(at, i+1)
			at = i + 1
		}
	}
}

// middle returns the row in the middle of segment i.
func (l *layout) middle(i int) int { return (l.segments[i].rows.lo + l.segments[i].rows.hi) / 2 }

// chunk appends a chunk of segments lo..hi.
func (l *layout) chunk(lo, hi int) {
	rows := span{l.segments[lo].rows.lo, l.segments[hi-1].rows.hi}
	l.chunks = append(l.chunks, chunk{segments: span{lo, hi}, rows: rows})
}

// find finds the rows that the head reads.
// Sequences are found by binary search of Starts, which are in order.
func (l *layout) find(b *Batch, causal bool) {
	l.reads = l.reads[:0]
	for i, token := range b.Read {
		sequence := sort.Search(b.Len(), func(s int) bool { return b.Starts[s+1] > token })
		l.want(b, sequence, int(token), i)
	}
	for i := 0; len(b.Read) == 0 && i < b.Len(); i++ {
		lo, hi := b.sequence(i)
		switch {
		case lo == hi:
		case causal:
			l.want(b, i, hi-1, len(l.reads))
		default:
			l.want(b, i, lo, len(l.reads))
		}
	}
	slices.SortFunc(l.reads, func(x, y read) int { return cmp.Compare(x.row, y.row) })
	l.pick()
}

// want notes that an output is made of a token of a sequence.
// A token of a shared beginning is in the row of an earlier segment.
func (l *layout) want(b *Batch, sequence, token, output int) {
	s := &l.segments[l.of[sequence]]
	at := token - int(b.Starts[sequence])
	if s.parent >= 0 {
		for at < int(s.depth) {
			s = &l.segments[s.parent]
		}
		at -= int(s.depth)
	}
	l.reads = append(l.reads, read{row: int32(s.rows.lo + at), output: int32(output)})
}

// pick makes picks of reads and gives segments and chunks their share.
// A row that several outputs read is computed once.
func (l *layout) pick() {
	l.picks, l.pickTokens = l.picks[:0], l.pickTokens[:0]
	for i := range l.reads {
		r := &l.reads[i]
		if n := len(l.picks); n == 0 || l.picks[n-1] != r.row {
			l.picks = append(l.picks, r.row)
			l.pickTokens = append(l.pickTokens, l.rows[r.row])
		}
		r.pick = int32(len(l.picks) - 1)
	}
	pick, reads := 0, 0
	for i := range l.segments {
		s := &l.segments[i]
		s.picks.lo = pick
		for pick < len(l.picks) && int(l.picks[pick]) < s.rows.hi {
			pick++
		}
		s.picks.hi = pick
	}
	for i := range l.chunks {
		c := &l.chunks[i]
		c.picks = span{l.segments[c.segments.lo].picks.lo, l.segments[c.segments.hi-1].picks.hi}
		c.reads.lo = reads
		for reads < len(l.reads) && int(l.reads[reads].row) < c.rows.hi {
			reads++
		}
		c.reads.hi = reads
	}
}

// A piece is adjacent rows that hold adjacent tokens of a sequence.
type piece struct{ row, at, n int }

// path appends the pieces of tokens lo..hi of the sequence that s ends, from
// the last to the first. Of tokens in a cache there are none.
func (l *layout) path(list []piece, s *segment, lo, hi int) []piece {
	for {
		if begin := max(lo, int(s.depth)); hi > begin {
			list = append(list, piece{s.rows.lo + begin - int(s.depth), begin, hi - begin})
			hi = begin
		}
		if s.parent < 0 || hi <= lo {
			return list
		}
		s = &l.segments[s.parent]
	}
}

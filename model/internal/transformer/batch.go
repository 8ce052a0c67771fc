package transformer

// A Batch is sequences of tokens, one after the other. Every entry must be in
// the range of its table, and every sequence have a token.
type Batch struct {
	Tokens    []int32
	Positions []int32 // an entry a token: what attention goes by
	Places    []int32 // an entry a token: the row of the table of positions; nil: as Positions
	Types     []uint8 // an entry a token
	Starts    []int32 // where each sequence begins, and the end of the last

	// Read is the tokens, counted through the batch, whose rows the head reads.
	// None means the first token of every sequence, or the last where the
	// model is causal.
	Read []int32

	Memory  *Memory // for blocks that have a [Cross]
	Sources []int32 // an entry a sequence: the source in Memory that it reads

	Tap *Tap
}

// Reset empties b and keeps its memory.
func (b *Batch) Reset() {
	*b = Batch{
		Tokens: b.Tokens[:0], Positions: b.Positions[:0], Places: b.Places[:0], Types: b.Types[:0],
		Starts: append(b.Starts[:0], 0), Read: b.Read[:0], Sources: b.Sources[:0],
	}
}

// Add appends a token to the sequence that is being built.
func (b *Batch) Add(token, position int32, kind uint8) { b.AddAt(token, position, position, kind) }

// AddAt is Add of a token that has another row of the table of positions.
func (b *Batch) AddAt(token, position, place int32, kind uint8) {
	b.Tokens = append(b.Tokens, token)
	b.Positions = append(b.Positions, position)
	b.Places = append(b.Places, place)
	b.Types = append(b.Types, kind)
}

// place returns the row of the table of positions that token i has.
func (b *Batch) place(i int) int32 {
	if len(b.Places) == 0 {
		return b.Positions[i]
	}
	return b.Places[i]
}

// Wanted has the head read the token that was added last.
func (b *Batch) Wanted() { b.Read = append(b.Read, int32(len(b.Tokens)-1)) }

// End ends the sequence that is being built.
func (b *Batch) End() { b.Starts = append(b.Starts, int32(len(b.Tokens))) }

// Rows returns how many rows the head reads.
func (b *Batch) Rows() int {
	if len(b.Read) > 0 {
		return len(b.Read)
	}
	n := 0
	for i := range b.Len() {
		if lo, hi := b.sequence(i); lo < hi {
			n++
		}
	}
	return n
}

// Len returns the number of sequences.
func (b *Batch) Len() int { return len(b.Starts) - 1 }

// sequence returns where sequence i begins and ends.
func (b *Batch) sequence(i int) (lo, hi int) { return int(b.Starts[i]), int(b.Starts[i+1]) }

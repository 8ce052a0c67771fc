package tokenizer

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// precompiled is the character map of a SentencePiece model: a double-array trie (Aoe 1989) of byte strings, whose
// values say where in texts, up to a zero byte, the replacement stands.
// The layout is Darts-clone's, with which SentencePiece builds it: a unit of 32 bits has
// the label in its lowest byte, whether the node ends a string in bit 8, and how far its
// children are away in the upper bits; a unit with bit 31 set is a value.
type precompiled struct {
	units []uint32
	texts string
}

// newPrecompiled reads SentencePiece's rules of normalization: a double array (Aoe
// 1989) from strings to where their replacements stand in a pool of texts behind it.
// Every number is checked to lie within.
func newPrecompiled(charsmap []byte) (*precompiled, error) {
	if len(charsmap) == 0 {
		return &precompiled{}, nil
	}
	if len(charsmap) < 4 {
		return nil, errors.New("normalizer Precompiled: map is cut short")
	}
	// 4 bytes of the array's length, the array, the texts
	size := int64(binary.LittleEndian.Uint32(charsmap))
	if charsmap = charsmap[4:]; size > int64(len(charsmap)) {
		return nil, errors.New("normalizer Precompiled: map is cut short")
	}
	n := &precompiled{units: make([]uint32, size/4), texts: string(charsmap[size/4*4:])}
	for i := range n.units {
		n.units[i] = binary.LittleEndian.Uint32(charsmap[4*i:])
	}
	if !utf8.ValidString(n.texts) {
		return nil, errors.New("normalizer Precompiled: replacements are not UTF-8")
	}
	return n, nil
}

// lookup returns what the shortest entry that b starts with becomes.
func (n *precompiled) lookup(b []byte) (string, bool) {
	s, size := n.search(b, true)
	return s, size > 0
}

// longest returns what the longest entry that b starts with becomes, and the length of the entry; 0 for none.
func (n *precompiled) longest(b []byte) (string, int) {
	return n.search(b, false)
}

// Node 0 is the root. The child by byte c of a node whose children are at pos is unit
// pos^c if that has the label c; the value of a string is the child by byte 0.
func (n *precompiled) search(b []byte, shortest bool) (found string, size int) {
	if len(n.units) == 0 {
		return "", 0
	}
	pos := unitOffset(n.units[0])
	for i, c := range b {
		pos ^= uint32(c)
		if c == 0 || int64(pos) >= int64(len(n.units)) {
			break
		}
		unit := n.units[pos]
		// no such child, or a value
		if unit&(1<<31|0xff) != uint32(c) {
			break
		}
		pos ^= unitOffset(unit)
		if unit>>8&1 == 0 || int64(pos) >= int64(len(n.units)) {
			continue
		}
		if s, ok := n.text(n.units[pos] & (1<<31 - 1)); ok {
			found, size = s, i+1
		}
		if shortest {
			break
		}
	}
	return found, size
}

// unitOffset returns how far the children of a unit are away; its bit 9 says that
// they are counted in blocks of 256.
func unitOffset(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }

// text returns the replacement that begins there and ends at a zero byte.
func (n *precompiled) text(start uint32) (string, bool) {
	if int64(start) > int64(len(n.texts)) {
		return "", false
	}
	end := int(start)
	for end < len(n.texts) && n.texts[end] != 0 {
		end++
	}
	return n.texts[start:end], true
}

// normalize replaces grapheme clusters of less than six bytes as a whole by what they start with, and the characters
// of others one by one. That is odd, but it is what models were trained on.
func (n *precompiled) normalize(t *text) {
	list := make([]change, 0, len(t.bytes))
	modified := false
	for i := 0; i < len(t.bytes); {
		// one character may become a long text, again and again
		if t.limit > 0 && len(list) > t.limit {
			t.overflow = true
			return
		}
		cluster := t.bytes[i : i+clusterLen(t.bytes[i:])]
		i += len(cluster)
		if len(cluster) < 6 {
			if s, ok := n.lookup(cluster); ok {
				list, modified = substitute(list, s, utf8.RuneCount(cluster)), true
				continue
			}
		}
		for len(cluster) > 0 {
			r, size := utf8.DecodeRune(cluster)
			if s, ok := n.lookup(cluster[:size]); ok {
				list, modified = substitute(list, s, 1), true
			} else {
				list = append(list, change{r: r})
			}
			cluster = cluster[size:]
		}
	}
	// most text is as it should be, and stays in place
	if modified {
		old, from := t.restart()
		t.apply(list, old, from)
	}
}

// clusterLen returns the length of the grapheme cluster that b starts with.
// Two ASCII characters never form a cluster, but for \r\n.
func clusterLen(b []byte) int {
	if b[0] < utf8.RuneSelf && b[0] != '\r' && (len(b) == 1 || b[1] < utf8.RuneSelf) {
		return 1
	}
	size, _, _ := graphemes.SplitFunc(b, true)
	return max(1, size)
}

// substitute adds s in place of old characters. When s is shorter, its last character stands for what is left over;
// when it is empty, the character before does, and at the start of the text none.
func substitute(list []change, s string, old int) []change {
	n := utf8.RuneCountInString(s)
	i := 0
	for _, r := range s {
		c := change{r: r}
		if i >= old {
			c.delta = 1
		}
		list = append(list, c)
		i++
	}
	if n < old && len(list) > 0 {
		list[len(list)-1].delta += n - old
	}
	return list
}

package decode

import "strings"

// A stopper finds strings that end a text.
type stopper struct {
	strings []string
	text    func(ids []int32) string // decodes tokens
}

// stopped tells whether the last of ids completes one of the strings, which
// may begin in the prompt.
func (s *stopper) stopped(ids []int32) bool {
	if len(s.strings) == 0 {
		return false
	}
	longest := 0
	for _, stop := range s.strings {
		longest = max(longest, len(stop))
	}
	// A token has a byte at least, but for special ones: a few more are read.
	const more = 8
	ids = ids[max(0, len(ids)-longest-more):]
	before, after := s.text(ids[:len(ids)-1]), s.text(ids)
	// what the last token has added begins where the two texts differ: decoding may change
	// what stood before
	same := 0
	for same < len(before) && same < len(after) && before[same] == after[same] {
		same++
	}
	for _, stop := range s.strings {
		// The rest must hold the last byte of the string.
		if strings.Contains(after[max(0, same-len(stop)+1):], stop) {
			return true
		}
	}
	return false
}

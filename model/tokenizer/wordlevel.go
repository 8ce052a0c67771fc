package tokenizer

// wordLevel takes each word for a token.
type wordLevel struct {
	vocab   *vocab
	unknown int32 // -1 for none
}

// tokenize looks the whole word up: it is known, or the unknown token.
func (m *wordLevel) tokenize(dst []piece, word []byte) ([]piece, error) {
	id, ok := lookup(m.vocab, hashOf(noBytes, word), "", word)
	if !ok {
		if id = m.unknown; id < 0 {
			return nil, errNoUnknown
		}
	}
	return append(dst, piece{id, 0, len(word)}), nil
}

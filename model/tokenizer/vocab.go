package tokenizer

import "fmt"

// A vocab maps the tokens of a model to ids and back. Added tokens are kept apart, since no model may produce them.
type vocab struct {
	ids    map[string]int32
	tokens []string // by id; "" where no token has that id
}

// An entry is a token of a vocabulary as a file lists it.
type entry struct {
	token string
	id    int32
}

// newVocab builds a vocab. Where entries clash, the later one counts.
func newVocab(entries []entry) (*vocab, error) {
	v := &vocab{ids: make(map[string]int32, len(entries)), tokens: make([]string, 0, len(entries))}
	for _, e := range entries {
		if err := v.add(e, len(entries)); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// add adds an entry to a vocab of about size entries. Ids far beyond that are refused, since memory goes by the largest.
func (v *vocab) add(e entry, size int) error {
	if limit := 4*size + 1<<20; e.id < 0 || int(e.id) >= limit {
		return fmt.Errorf("token %q has id %d in a vocabulary of %d", e.token, e.id, size)
	}
	v.ids[e.token] = e.id
	for int(e.id) >= len(v.tokens) {
		v.tokens = append(v.tokens, "")
	}
	v.tokens[e.id] = e.token
	return nil
}

// readVocab reads an object of tokens and their ids.
func readVocab(r *reader) []entry {
	entries := make([]entry, 0, (len(r.src)-r.pos)/16)
	r.object(func(key string) {
		id := r.int()
		if int(int32(id)) != id {
			r.fail("token %q has id %d", key, id)
			return
		}
		entries = append(entries, entry{key, int32(id)})
	})
	return entries
}

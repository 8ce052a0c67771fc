package remote

import "sync"

// maxKnown bounds the answers that a client without a cache remembers, in bytes.
const maxKnown = 64 << 20

// A memory is the answers that came to a client which has no cache, so that what
// failed beside them is not a reason to ask for them again.
// It lives as long as the client; when it is full, answers are asked for again.
type memory struct {
	mu      sync.Mutex
	answers map[cacheKey]reply
	bytes   int
}

func (m *memory) get(key cacheKey) (reply, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, known := m.answers[key]
	return r, known
}

// put keeps an answer, as long as there is room.
func (m *memory) put(key cacheKey, r reply) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answers == nil {
		m.answers = map[cacheKey]reply{}
	}
	const number = 16 // bytes of a token's
	if m.bytes += len(r.Text) + number*len(r.Tokens) + 2*len(key); m.bytes <= maxKnown {
		m.answers[key] = r
	}
}

// known returns the answer that came to a request of that key, and whether one did.
func (c *Client) known(key cacheKey) (reply, bool) {
	if c.Cache == nil {
		return c.memory.get(key)
	}
	return c.Cache.get(key)
}

// keep keeps an answer.
func (c *Client) keep(key cacheKey, r reply) error {
	if c.Cache == nil {
		c.memory.put(key, r)
		return nil
	}
	return c.Cache.put(key, r)
}

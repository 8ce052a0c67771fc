package remote

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// A Cache keeps answers in a file, so that none is paid twice, not even by a
// run that goes on where another was interrupted. Answers are found by all that
// was asked: the server, the model, the prompt and the settings. A nil Cache
// keeps nothing.
type Cache struct{ db *bbolt.DB }

// bucket is where answers are; a change of what they are takes another name.
var bucket = []byte("answers 1")

// OpenCache opens the cache in a file, which is made if need be. It is for one
// process at a time: where another has it open, that is an error after a second.
func OpenCache(name string) (*Cache, error) {
	db, err := bbolt.Open(name, 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, berrors.ErrTimeout) {
		err = errors.New("another process has it open")
	}
	if err != nil {
		return nil, fmt.Errorf("remote: cache %s: %w", name, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("remote: cache %s: %w", name, err), db.Close())
	}
	return &Cache{db}, nil
}

// Close closes the file.
func (c *Cache) Close() error { return c.db.Close() }

// Len returns how many answers there are.
func (c *Cache) Len() (n int) {
	_ = c.db.View(func(tx *bbolt.Tx) error {
		n = tx.Bucket(bucket).Stats().KeyN
		return nil
	})
	return n
}

// cacheKey is what an answer is found by.
func cacheKey(url string, body []byte) []byte {
	sum := sha256.Sum256(append([]byte(url+"\n"), body...))
	return sum[:]
}

// get returns the answer of that key and whether there is one.
func (c *Cache) get(key []byte) (r reply, known bool, err error) {
	if c == nil {
		return r, false, nil
	}
	err = c.db.View(func(tx *bbolt.Tx) error {
		value := tx.Bucket(bucket).Get(key)
		known = value != nil
		if !known {
			return nil
		}
		return json.Unmarshal(value, &r)
	})
	if err != nil {
		return r, false, fmt.Errorf("remote: cache %s: %w", c.db.Path(), err)
	}
	return r, known, nil
}

// put keeps an answer. Those that come at the same time are written together.
func (c *Cache) put(key []byte, r reply) error {
	if c == nil {
		return nil
	}
	value, err := json.Marshal(r)
	if err == nil {
		err = c.db.Batch(func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Put(key, value) })
	}
	if err != nil {
		return fmt.Errorf("remote: cache %s: %w", c.db.Path(), err)
	}
	return nil
}

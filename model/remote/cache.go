package remote

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"sync"
)

// A Cache keeps answers in a file, so that none is paid twice, not even by a run
// that goes on where another was interrupted. Answers are found by all that was
// asked: the server, the model, the prompt and the settings; a key is not in it.
//
// The file is a line for every answer, with a checksum, and lines are only ever
// added. So several processes may use one at a time, one that is killed spoils no
// line but its last, and a line that is spoilt takes no other with it.
// What an answer cost is why it is kept for good, and why a run that fails midway loses
// none that came.
type Cache struct {
	file *os.File

	mu      sync.Mutex
	places  map[cacheKey]place // of answers that were in the file
	fresh   map[cacheKey]reply // that came since
	damaged int
	torn    bool // the last line may have no end
}

// A cacheKey is what an answer is found by.
type cacheKey [sha256.Size]byte

// A place is where in the file a line is.
type place struct{ at, size int64 }

// cacheHead is the first line; a change of what answers are takes another number.
const cacheHead = "answers of models, 2\n"

// maxLine bounds a line: an answer is a text that was bounded, or numbers of it.
const maxLine = 2 * maxBody

// OpenCache opens the cache in a file, which is made, for its owner alone, if
// need be. A file of something else is an error, and stays as it is.
func OpenCache(name string) (*Cache, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("remote: cache: %w", err)
	}
	c := &Cache{file: file, places: map[cacheKey]place{}, fresh: map[cacheKey]reply{}}
	if err := c.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("remote: cache %s: %w", name, err), file.Close())
	}
	return c, nil
}

// read finds the answers that are in the file.
// Only places are kept in memory: answers are read when they are asked for. A line that
// another process is writing at this moment counts as torn, not as damaged.
func (c *Cache) read() error {
	info, err := c.file.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("is no file")
	case info.Size() == 0:
		_, err = io.WriteString(c.file, cacheHead)
		return err
	}
	lines := bufio.NewReaderSize(io.NewSectionReader(c.file, 0, info.Size()), 1<<16)
	head, err := lines.ReadSlice('\n')
	if string(head) != cacheHead {
		if strings.HasPrefix(cacheHead, string(head)) && err != nil {
			return c.restart(info.Size()) // whoever made it was killed at once
		}
		return errors.New("holds something else than answers, or those of another version; name another file")
	}
	for at := int64(len(head)); at < info.Size(); {
		line, size, err := nextLine(lines)
		if key, _, ok := parseLine(line); ok {
			c.places[key] = place{at, size}
		} else if err == nil {
			c.damaged++
		}
		c.torn = err != nil
		at += size
	}
	return nil
}

// restart empties a file whose first line was cut off, if it still is.
func (c *Cache) restart(size int64) error {
	if err := c.file.Truncate(0); err != nil {
		return fmt.Errorf("after %d bytes: %w", size, err)
	}
	_, err := io.WriteString(c.file, cacheHead)
	return err
}

// nextLine returns a line without its end, and how long it is with it. One that
// has no end is an error; of one that is too long nothing is returned.
// A file that is none of a cache may have one line of any length.
func nextLine(r *bufio.Reader) (line []byte, size int64, err error) {
	for {
		piece, err := r.ReadSlice('\n')
		size += int64(len(piece))
		if size <= maxLine {
			line = append(line, piece...)
		} else {
			line = nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSuffix(line, []byte("\n")), size, err
		}
	}
}

// A line is a checksum of all that follows it, a key, and an answer as JSON.
const lineKey, lineAnswer = 9, 9 + 2*sha256.Size + 1

// appendLine appends a line.
// A checksum, since a disk that was full leaves half a line which the next one continues.
func appendLine(b []byte, key cacheKey, answer []byte) []byte {
	rest := append(append(hex.AppendEncode(nil, key[:]), ' '), answer...)
	return append(append(fmt.Appendf(b, "%08x ", crc32.ChecksumIEEE(rest)), rest...), '\n')
}

// parseLine reads what appendLine wrote, without the end of the line.
func parseLine(line []byte) (key cacheKey, answer []byte, ok bool) {
	if len(line) < lineAnswer {
		return key, nil, false
	}
	if _, err := hex.Decode(key[:], line[lineKey:lineAnswer-1]); err != nil {
		return key, nil, false
	}
	sum := fmt.Sprintf("%08x ", crc32.ChecksumIEEE(line[lineKey:]))
	return key, line[lineAnswer:], string(line[:lineKey]) == sum
}

// Close closes the file.
func (c *Cache) Close() error { return c.file.Close() }

// Len returns how many answers there are.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.places)
	for key := range c.fresh {
		if _, old := c.places[key]; !old {
			n++
		}
	}
	return n
}

// Damaged returns how many lines of the file could not be read. What they held is
// asked for again; they are left where they are.
func (c *Cache) Damaged() int { return c.damaged }

// keyOf returns what the answer to a request is found by.
// The body is the request as it was meant, before a server's refusals changed fields.
func keyOf(url string, body []byte) cacheKey {
	return sha256.Sum256(append([]byte(url+"\n"), body...))
}

// get returns the answer of that key and whether there is one.
// The lock is not held while the file is read.
func (c *Cache) get(key cacheKey) (r reply, known bool) {
	c.mu.Lock()
	r, known = c.fresh[key]
	p, old := c.places[key]
	c.mu.Unlock()
	if known || !old {
		return r, known
	}
	line := make([]byte, p.size)
	n, _ := c.file.ReadAt(line, p.at) // of a file that was changed since, the checksum tells
	found, answer, ok := parseLine(bytes.TrimSuffix(line[:n], []byte("\n")))
	if !ok || found != key || json.Unmarshal(answer, &r) != nil {
		return reply{}, false
	}
	return r, true
}

// put keeps an answer.
func (c *Cache) put(key cacheKey, r reply) error {
	answer, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("remote: cache %s: %w", c.file.Name(), err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fresh[key] = r
	var line []byte
	// a line end first, so that the torn line spoils no other
	if c.torn {
		line = append(line, '\n')
	}
	_, err = c.file.Write(appendLine(line, key, answer))
	if c.torn = err != nil; err != nil {
		return fmt.Errorf("remote: cache: %w", err)
	}
	return nil
}

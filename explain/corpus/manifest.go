package corpus

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
)

// schema is the version of manifests and rows; a part of another is made anew.
const schema = 1

// A Manifest says what an output, or a part of one, was made of and holds.
// It is written last and removed last, and so is what tells that its part or output
// is whole.
type Manifest struct {
	Schema      int               `json:"schema"`
	Shard       int               `json:"shard"`  // of a part; of an output that was joined, −1
	Shards      int               `json:"shards"` // in all
	Rows        int64             `json:"rows"`
	Good        int64             `json:"good"`            // rows explained
	Dead        int64             `json:"dead"`            // rows that could not be
	Empty       int64             `json:"empty,omitempty"` // of them, rows without a text
	Evaluations int64             `json:"evaluations"`
	Input       string            `json:"input"`           // SHA-256 of the documents; of an output, of those of its parts
	Settings    map[string]string `json:"settings"`        // model, estimator and all else that a row depends on
	Hash        string            `json:"settings_sha256"` // by which parts know one another
	Output      Content           `json:"output"`          // the rows
	DeadLetters Content           `json:"dead_letters"`    // why the others are missing
}

// Content identifies what a file holds.
type Content struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// fits reports whether a part or an output was made by the same settings in the
// same number of shards as want.
func (m *Manifest) fits(want *Manifest) bool {
	return m.Schema == want.Schema && m.Shard == want.Shard && m.Shards == want.Shards &&
		m.Hash == want.Hash && maps.Equal(m.Settings, want.Settings)
}

// hashOf returns the SHA-256 of settings.
func hashOf(settings map[string]string) string {
	b, err := json.Marshal(settings) // keys ascend
	if err != nil {
		panic(err) // strings can be written
	}
	return hexadecimal(sha256.Sum256(b))
}

func hexadecimal(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:]) }

// ReadManifest reads the manifest of an output; nil where there is none.
func ReadManifest(ctx context.Context, store Store, output string) (*Manifest, error) {
	return readManifest(ctx, store, ManifestOf(output))
}

// mostManifest bounds a manifest, in bytes.
const mostManifest = 1 << 20

// readManifest reads a manifest; nil where there is none.
func readManifest(ctx context.Context, store Store, name string) (*Manifest, error) {
	f, err := store.Open(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if f.Size() > mostManifest {
		return nil, fmt.Errorf("%s: no manifest: %d bytes", name, f.Size())
	}
	b := make([]byte, f.Size())
	if _, err := f.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	m := &Manifest{}
	// One of another version is not judged by the rules of this; it fits nothing,
	// and the part is made anew.
	if err = json.Unmarshal(b, m); err == nil && m.Schema == schema {
		err = m.check()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: no manifest: %w: remove it, or name another output", name, err)
	}
	return m, nil
}

// What a manifest may tell, so that whatever is added up or made for each shard stays
// within bounds.
const (
	maxShards      = 1_000_000
	maxRows        = 1 << 40 // of a part
	maxEvaluations = 1 << 42 // of a part; of a whole as many times more as there are shards
)

// check returns what keeps m from being the manifest of anything.
func (m *Manifest) check() error {
	parts := int64(1) // that m is of
	if m.Shard == joined {
		parts = maxShards
	}
	switch {
	case m.Shards < 1 || m.Shards > maxShards:
		return fmt.Errorf("%d shards are not between 1 and %d", m.Shards, maxShards)
	case m.Shard != joined && (m.Shard < 0 || m.Shard >= m.Shards):
		return fmt.Errorf("shard %d is none of %d", m.Shard, m.Shards)
	// Each bounded before the sum is looked at, which could overflow.
	case min(m.Good, m.Dead) < 0 || max(m.Good, m.Dead) > maxRows*parts || m.Rows != m.Good+m.Dead:
		return fmt.Errorf("%d rows are not %d explained and %d dead", m.Rows, m.Good, m.Dead)
	case m.Empty < 0 || m.Empty > m.Dead:
		return fmt.Errorf("%d empty rows of %d dead", m.Empty, m.Dead)
	case m.Evaluations < 0 || m.Evaluations/parts > maxEvaluations:
		return fmt.Errorf("there are no %d evaluations", m.Evaluations)
	case !isHash(m.Input):
		return fmt.Errorf("input %q is no SHA-256", clip([]byte(m.Input), 80))
	case m.Hash != hashOf(m.Settings):
		return fmt.Errorf("settings_sha256 %q is not that of the settings", clip([]byte(m.Hash), 80))
	}
	return cmp.Or(m.Output.check("output"), m.DeadLetters.check("dead_letters"))
}

// check returns what keeps c from being what a file holds.
func (c Content) check(what string) error {
	if c.Bytes < 0 || !isHash(c.SHA256) {
		return fmt.Errorf("%s of %d bytes with SHA-256 %q", what, c.Bytes, clip([]byte(c.SHA256), 80))
	}
	return nil
}

// isHash reports whether s is a SHA-256 as they are written here.
func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	// Encoded again: capitals decode to the same bytes, and would not compare as
	// text.
	return err == nil && len(b) == sha256.Size && s == hex.EncodeToString(b)
}

// write writes the manifest.
func (m *Manifest) write(ctx context.Context, store Store, name string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return err
	}
	f, err := store.Create(ctx, name)
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := b.WriteTo(f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return f.Commit()
}

// holds reports whether a file is there and holds what it should.
func (c Content) holds(ctx context.Context, store Store, name string) (bool, error) {
	f, err := store.Open(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if f.Size() != c.Bytes {
		return false, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, contextReader{ctx, io.NewSectionReader(f, 0, f.Size())}); err != nil {
		return false, fmt.Errorf("%s: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)) == c.SHA256, nil
}

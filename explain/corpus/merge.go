package corpus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// joined stands for the shard in the manifest of an output.
const joined = -1

// Merge joins the parts of an output, which must all be there and of one run,
// and returns the manifest of the whole. The parts stay.
func Merge(ctx context.Context, store Store, output string) (*Manifest, error) {
	parts, err := manifests(ctx, store, output)
	if err != nil {
		return nil, err
	}
	return merge(ctx, store, output, parts)
}

// merge joins parts, which are all that there are, in their order.
func merge(ctx context.Context, store Store, output string, parts []*Manifest) (*Manifest, error) {
	m, all := *parts[0], newInputHash()
	m.Shard, m.Rows, m.Good, m.Dead, m.Evaluations = joined, 0, 0, 0, 0
	for _, p := range parts {
		m.Rows += p.Rows
		m.Good += p.Good
		m.Dead += p.Dead
		m.Evaluations += p.Evaluations
		all.part(p.Input)
	}
	m.Input = all.sum()
	name := outputNames(output)
	rows := func(n names) string { return n.rows }
	letters := func(n names) string { return n.deadLetters }
	j := joint{ctx, store, output, parts}
	var err error
	if m.Output, err = j.join(name.rows, rows, func(p *Manifest) Content { return p.Output }); err != nil {
		return nil, err
	}
	if m.Dead == 0 {
		err = store.Remove(ctx, name.deadLetters)
	} else {
		m.DeadLetters, err = j.join(name.deadLetters, letters, func(p *Manifest) Content { return p.DeadLetters })
	}
	if err != nil {
		return nil, err
	}
	return &m, m.write(ctx, store, name.manifest)
}

// manifests returns the manifests of all parts of an output, in their order.
func manifests(ctx context.Context, store Store, output string) ([]*Manifest, error) {
	folder := output + partsSuffix
	found, err := store.List(ctx, escapePattern(folder)+"/*"+manifestSuffix)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("corpus: no parts in %s", folder)
	}
	first, err := readManifest(ctx, store, found[0])
	if err != nil {
		return nil, err
	}
	if first == nil || first.Schema != schema || first.Shards < 1 || first.Shard != 0 && len(found) == first.Shards {
		return nil, fmt.Errorf("corpus: %s is no manifest of a part", found[0])
	}
	var parts []*Manifest
	var missing, others []string
	for shard := range first.Shards {
		want := *first
		want.Shard = shard
		name := partNames(output, first.Shards, shard).manifest
		m, err := readManifest(ctx, store, name)
		switch {
		case err != nil:
			return nil, err
		case m == nil:
			missing = append(missing, strconv.Itoa(shard))
		case !m.fits(&want):
			others = append(others, path.Base(name))
		default:
			parts = append(parts, m)
		}
	}
	switch {
	case len(found) > first.Shards-len(missing):
		return nil, fmt.Errorf("corpus: %s has parts of runs with different numbers of shards", folder)
	case len(others) > 0:
		return nil, fmt.Errorf("corpus: parts were made with other settings than %s: %s", path.Base(found[0]), some(others))
	case len(missing) > 0:
		return nil, &MissingPartsError{Shards: first.Shards, Missing: missing}
	}
	return parts, nil
}

// A MissingPartsError tells which shards have no part yet.
type MissingPartsError struct {
	Shards  int
	Missing []string // their numbers
}

func (e *MissingPartsError) Error() string {
	return fmt.Sprintf("corpus: %d of %d parts are missing: shards %s", len(e.Missing), e.Shards, some(e.Missing))
}

// some lists the first few of many names.
func some(names []string) string {
	const most = 10
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// A joint is parts that are to become one output.
type joint struct {
	ctx    context.Context
	store  Store
	output string
	parts  []*Manifest
}

// join writes one kind of the parts' files, one behind the other.
func (j *joint) join(name string, file func(names) string, content func(*Manifest) Content) (Content, error) {
	out, err := newPartFile(j.ctx, j.store, name)
	if err != nil {
		return Content{}, err
	}
	defer out.Abort()
	to := io.WriteCloser(lines{out})
	if strings.HasSuffix(name, ".parquet") {
		to = newParquetWriter(out)
	}
	before := int64(0)
	for _, p := range j.parts {
		part := file(partNames(j.output, p.Shards, p.Shard))
		if err := j.add(to, part, content(p), before); err != nil {
			return Content{}, fmt.Errorf("%s: %w", part, err)
		}
		before += p.Rows
	}
	if err := to.Close(); err != nil {
		return Content{}, err
	}
	return out.content(), out.Commit()
}

// lines is a file of lines, which needs no end.
type lines struct{ io.Writer }

func (lines) Close() error { return nil }

// mostLine bounds a line of a part, in bytes.
const mostLine = 1 << 30

// add writes the lines of a part, one at a time. The part is preceded by so many rows.
func (j *joint) add(to io.Writer, name string, want Content, before int64) error {
	f, err := j.store.Open(j.ctx, name)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	in := newSplitter(io.TeeReader(contextReader{j.ctx, io.NewSectionReader(f, 0, f.Size())}, h), 0, false)
	in.most = mostLine
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			line, err = renumber(line, before)
		}
		if err == nil {
			_, err = to.Write(line)
		}
		if err != nil {
			return err
		}
	}
	if f.Size() != want.Bytes || hex.EncodeToString(h.Sum(nil)) != want.SHA256 {
		return errors.New("holds something else than its manifest says: make the part again")
	}
	return nil
}

// renumber returns a line of a part, with its end, as a line of the whole.
func renumber(line []byte, before int64) ([]byte, error) {
	const head = `{"row":`
	digits, rest, ok := bytes.Cut(bytes.TrimPrefix(line, []byte(head)), []byte(","))
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if !ok || err != nil || !bytes.HasPrefix(line, []byte(head)) {
		return nil, fmt.Errorf("no row of a part: %s", clip(line, 40))
	}
	out := make([]byte, 0, len(line)+8)
	out = strconv.AppendInt(append(out, head...), n+before, 10)
	out = append(append(append(out, ','), rest...), '\n')
	return out, nil
}

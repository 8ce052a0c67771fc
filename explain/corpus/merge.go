package corpus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// joined stands for the shard in the manifest of an output.
const joined = -1

// Merge joins the parts of an output, which must all be there and of one run,
// and returns the manifest of the whole. The parts stay.
func Merge(ctx context.Context, store Store, output string) (*Manifest, error) {
	unlock, err := lock(store, output)
	if err != nil {
		return nil, err
	}
	defer unlock()
	parts, err := manifests(ctx, store, output)
	if err != nil {
		return nil, err
	}
	return merge(ctx, store, output, parts)
}

// merge joins parts, which are all that there are, in their order.
// Every line is read and hashed on its way, so what is joined is what the manifests
// say.
func merge(ctx context.Context, store Store, output string, parts []*Manifest) (*Manifest, error) {
	before, err := readManifest(ctx, store, ManifestOf(output))
	if err != nil {
		return nil, err
	}
	m, all := *parts[0], newInputHash()
	m.Shard, m.Rows, m.Good, m.Dead, m.Empty, m.Evaluations = joined, 0, 0, 0, 0, 0
	for _, p := range parts {
		m.Rows += p.Rows
		m.Good += p.Good
		m.Dead += p.Dead
		m.Empty += p.Empty
		m.Evaluations += p.Evaluations
		all.part(p.Input)
	}
	m.Input = all.sum()
	name := outputNames(output)
	j := mergeJob{ctx, store, output, parts}
	rows, err := j.join(name.rows, func(n names) string { return n.rows }, func(p *Manifest) (Content, int64) { return p.Output, p.Good })
	if err != nil {
		return nil, err
	}
	defer rows.Abort()
	letters, err := j.join(name.deadLetters, func(n names) string { return n.deadLetters }, func(p *Manifest) (Content, int64) { return p.DeadLetters, p.Dead })
	if err != nil {
		return nil, err
	}
	defer letters.Abort()
	m.Output, m.DeadLetters = rows.content(), letters.content()
	// Order matters to whoever is killed here: dead letters, rows, and last the
	// manifest, by which alone the output counts as done. Until then the parts are
	// there to begin again.
	if err := replaceDeadLetters(ctx, store, output, before, &m, letters); err != nil {
		return nil, err
	}
	if err := rows.Commit(); err != nil {
		return nil, err
	}
	return &m, m.write(ctx, store, name.manifest)
}

// replaceDeadLetters puts the dead letters of m in the place of those of the output
// that stood there before, if it had a manifest.
func replaceDeadLetters(ctx context.Context, store Store, output string, before, m *Manifest, letters *partFile) error {
	mine, err := writtenHere(ctx, store, output, before, m)
	switch {
	case err != nil:
		return err
	// Dead letters of an earlier run must not stand beside an output that has none.
	case m.Dead == 0 && mine:
		return store.Remove(ctx, DeadLetters(output))
	case m.Dead == 0:
		return nil
	case !mine:
		return foreign(output)
	}
	return letters.Commit()
}

// writtenHere reports whether the file of dead letters of an output, if there is one,
// is what one of the manifests says.
func writtenHere(ctx context.Context, store Store, output string, manifests ...*Manifest) (bool, error) {
	name := DeadLetters(output)
	f, err := store.Open(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if err := f.Close(); err != nil {
		return false, err
	}
	for _, m := range manifests {
		if m == nil || m.Dead == 0 {
			continue
		}
		if ok, err := m.DeadLetters.holds(ctx, store, name); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// foreign is the error for a file where dead letters of an output would go.
func foreign(output string) error {
	return fmt.Errorf("%s: was not written with %s, whose dead letters would replace it: move it away, or name another output",
		DeadLetters(output), output)
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
	if first == nil || first.Schema != schema || first.Shard == joined {
		return nil, fmt.Errorf("corpus: %s is no manifest of a part", found[0])
	}
	there := map[string]bool{}
	for _, name := range found {
		there[path.Base(name)] = true
	}
	var parts []*Manifest
	var missing, others []string
	for shard := range first.Shards {
		name := partNames(output, first.Shards, shard).manifest
		if !there[path.Base(name)] {
			missing = append(missing, strconv.Itoa(shard))
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// All parts must agree with the first in everything but their number.
		want := *first
		want.Shard = shard
		m, err := readManifest(ctx, store, name)
		switch {
		case err != nil:
			return nil, err
		case m == nil || !m.fits(&want):
			others = append(others, path.Base(name))
		default:
			parts = append(parts, m)
		}
	}
	switch {
	// Manifests that are not among the names looked for are of another number of
	// shards.
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

// Error lists the first few of the shards.
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

// A mergeJob is parts that are to become one output.
type mergeJob struct {
	ctx    context.Context
	store  Store
	output string
	parts  []*Manifest
}

// join writes one kind of the parts' files, one behind the other, to a file that is
// to be committed. content tells what one holds, and how many lines.
func (j *mergeJob) join(name string, file func(names) string, content func(*Manifest) (Content, int64)) (*partFile, error) {
	out, err := newPartFile(j.ctx, j.store, name)
	if err != nil {
		return nil, err
	}
	if err := j.fill(out, isParquet(name), file, content); err != nil {
		out.Abort()
		return nil, err
	}
	return out, nil
}

// fill numbers rows through: a part numbers its own from 1, not knowing how many
// are before it.
func (j *mergeJob) fill(out *partFile, parquet bool, file func(names) string, content func(*Manifest) (Content, int64)) error {
	to := io.WriteCloser(lines{out})
	if parquet {
		to = newParquetWriter(out)
	}
	before := int64(0)
	for _, p := range j.parts {
		if err := j.ctx.Err(); err != nil {
			return err
		}
		name := file(partNames(j.output, p.Shards, p.Shard))
		want, n := content(p)
		if err := j.add(to, part{name, want, n, p.Rows, before}); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		before += p.Rows
	}
	return to.Close()
}

// lines is a file of lines, which needs no end.
type lines struct{ io.Writer }

func (lines) Close() error { return nil }

// mostLine bounds a line of a part, in bytes.
const mostLine = 1 << 30

// A part is a file of one, of lines that are numbered within the part's rows.
type part struct {
	name   string
	want   Content
	lines  int64
	rows   int64
	before int64 // rows of parts before it
}

var errOther = errors.New("holds something else than its manifest says: make the part again")

// add writes the lines of a part, one at a time.
func (j *mergeJob) add(to io.Writer, p part) error {
	f, err := j.store.Open(j.ctx, p.name)
	if err != nil {
		return err
	}
	defer f.Close()
	// The cheap check first; the hash is known only when the part has been read.
	if f.Size() != p.want.Bytes {
		return errOther
	}
	h := sha256.New()
	in := newSplitter(io.TeeReader(contextReader{j.ctx, io.NewSectionReader(f, 0, f.Size())}, h), 0, dialect{})
	in.most = mostLine
	last, n := int64(0), int64(0)
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		row, rest, err := numbered(line)
		if err != nil {
			return err
		}
		// Rows ascend but need not follow one another: dead letters have the
		// numbers between.
		if row <= last || row > p.rows {
			return fmt.Errorf("row %d stands behind row %d of %d: make the part again", row, last, p.rows)
		}
		last = row
		n++
		// Only the number changes. A line is not decoded and encoded again, so
		// every digit stays.
		line = strconv.AppendInt([]byte(rowHead), row+p.before, 10)
		if _, err := to.Write(append(append(append(line, ','), rest...), '\n')); err != nil {
			return err
		}
	}
	if n != p.lines || hex.EncodeToString(h.Sum(nil)) != p.want.SHA256 {
		return errOther
	}
	return nil
}

// rowHead is how a line of a part begins.
const rowHead = `{"row":`

// numbered returns the number of a line of a part and what stands behind it.
func numbered(line []byte) (row int64, rest []byte, err error) {
	digits, rest, ok := bytes.Cut(bytes.TrimPrefix(line, []byte(rowHead)), []byte(","))
	row, err = strconv.ParseInt(string(digits), 10, 64)
	if !ok || err != nil || !bytes.HasPrefix(line, []byte(rowHead)) {
		return 0, nil, fmt.Errorf("no row of a part: %s", clip(line, 40))
	}
	return row, rest, nil
}

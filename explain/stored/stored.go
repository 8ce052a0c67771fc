// Package stored reads and writes games of which every coalition's value is known.
//
// A file is a NumPy .npz archive in the layout of shapiq: an array coalitions
// of truth values, 2^n rows in any order by n players, and an array values with
// a value a row, or several columns where the game has several outputs. Without
// coalitions, player p is present in row i where bit p of i is set. Such games,
// taken once from a model, are what estimators are measured on: all exact
// indices follow from them.
package stored

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"os"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// Limits on what is read, so that a small hostile file cannot claim much memory.
// 24 players are 2²⁴ coalitions, of which 2²⁵ float64 values are 256 MiB.
const (
	maxPlayers = 24
	maxValues  = 1 << 25
)

// A Game is a game whose values are all in memory.
type Game struct {
	players, outputs int
	values           []float64 // by the bits of the coalition × outputs
}

// Open reads the game in a file.
func Open(file string) (*Game, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("stored: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("stored: %w", err)
	}
	g, err := Read(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%w (file %s)", err, file)
	}
	return g, nil
}

// Read reads the game in an archive of size bytes. It fails where there are no
// values, where an array has another shape, where a coalition is missing or there twice, and
// where a value is no finite number. Memory is bounded by the values, of which
// there may be 2^25, of up to 24 players.
func Read(r io.ReaderAt, size int64) (*Game, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("stored: not an .npz archive: %w", err)
	}
	rows, err := readCoalitions(archive)
	if err != nil {
		return nil, fmt.Errorf("stored: array coalitions %w", err)
	}
	g := &Game{}
	if err := g.readValues(archive, rows); err != nil {
		return nil, fmt.Errorf("stored: array values %w", err)
	}
	return g, nil
}

// mostPacked is how many bytes a byte of deflate can stand for.
const mostPacked = 1032

var errMissing = errors.New("is missing")

// member opens an array of the archive.
func member(archive *zip.Reader, name string) (*array, io.Closer, error) {
	for _, f := range archive.File {
		if strings.TrimSuffix(f.Name, ".npy") != name {
			continue
		}
		body, err := f.Open()
		if err != nil {
			return nil, nil, fmt.Errorf("does not open: %w", err)
		}
		a, err := readHeader(body)
		if err != nil {
			return nil, nil, errors.Join(err, body.Close())
		}
		// The directory may claim any size; what the compressed bytes can come to
		// bounds it.
		a.bytes = min(f.UncompressedSize64, mostPacked*f.CompressedSize64)
		return a, body, nil
	}
	return nil, nil, errMissing
}

// readCoalitions returns which coalition each row is, a bit a player; nil where
// the archive does not say.
func readCoalitions(archive *zip.Reader) ([]uint32, error) {
	a, body, err := member(archive, "coalitions")
	if errors.Is(err, errMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer body.Close()
	if len(a.shape) != 2 || a.shape[1] > maxPlayers || a.shape[0] != 1<<a.shape[1] {
		return nil, fmt.Errorf("has the shape %v, want 2^n rows of n players, at most %d", a.shape, maxPlayers)
	}
	count, n := a.shape[0], a.shape[1]
	if err := a.holds(count * n); err != nil {
		return nil, err
	}
	rows, seen := make([]uint32, count), make([]bool, count)
	err = a.floats(count*n, func(i int, v float64) error {
		if v != 0 && v != 1 {
			return fmt.Errorf("has the element %v in row %d, want 0 or 1", v, i/n)
		}
		rows[i/n] |= uint32(v) << (i % n)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for row, c := range rows {
		if seen[c] {
			return nil, fmt.Errorf("has the coalition of row %d twice", row)
		}
		seen[c] = true
	}
	return rows, nil
}

// readValues reads the values of rows, or of coalitions in the order of their
// bits where rows is nil.
func (g *Game) readValues(archive *zip.Reader, rows []uint32) error {
	a, body, err := member(archive, "values")
	if err != nil {
		return err
	}
	defer body.Close()
	count, err := a.count(maxValues)
	if err != nil {
		return err
	}
	if len(a.shape) < 1 || len(a.shape) > 2 || count < a.shape[0] || bits.OnesCount(uint(a.shape[0])) != 1 ||
		a.shape[0] > 1<<maxPlayers || rows != nil && len(rows) != a.shape[0] {
		return fmt.Errorf("has the shape %v, want a row for every coalition of at most %d players", a.shape, maxPlayers)
	}
	if err := a.holds(count); err != nil {
		return err
	}
	g.players = bits.TrailingZeros(uint(a.shape[0]))
	k := count / a.shape[0]
	g.outputs, g.values = k, make([]float64, count)
	return a.floats(count, func(i int, v float64) error {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("has the value %v in row %d", v, i/k)
		}
		row := i / k
		if rows != nil {
			row = int(rows[row])
		}
		g.values[row*k+i%k] = v
		return nil
	})
}

// Players returns the number of players.
func (g *Game) Players() int { return g.players }

// Outputs returns the number of values of a coalition.
func (g *Game) Outputs() int { return g.outputs }

// Value looks the coalitions up.
func (g *Game) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	if batch.Players() != g.players {
		return fmt.Errorf("stored: coalitions of %d players for a game of %d", batch.Players(), g.players)
	}
	for i, c := range batch.All() {
		row := 0
		if len(c) > 0 {
			row = int(c[0])
		}
		copy(dst[i*g.outputs:(i+1)*g.outputs], g.values[row*g.outputs:])
	}
	return ctx.Err()
}

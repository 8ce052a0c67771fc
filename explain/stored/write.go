package stored

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/whence-xai/whence/explain"
)

// Write values all coalitions of a game, at most 24 players, and writes an
// archive that [Read] reads: float32 values in the order of the coalitions' bits.
func Write(ctx context.Context, w io.Writer, g explain.Game) error {
	n, k := g.Players(), g.Outputs()
	if n > maxPlayers || k > maxValues>>n {
		return fmt.Errorf("stored: %d players and %d outputs are more than a file holds", n, k)
	}
	archive := zip.NewWriter(w)
	body, err := archive.Create("values.npy")
	if err != nil {
		return fmt.Errorf("stored: %w", err)
	}
	// The header is padded to 128 bytes with its magic, version and length ("v" is
	// 118), as NumPy aligns the elements to 64.
	header := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", 1<<n, k)
	if _, err := fmt.Fprintf(body, "\x93NUMPY\x01\x00v\x00%-117s\n", header); err != nil { // 128 bytes in all
		return fmt.Errorf("stored: %w", err)
	}
	// The table is written as it is valued: of 2^n rows only these are in memory.
	const together = 1 << 20 // values at a time
	rows := max(1, min(1<<n, explain.MaxBatch, together/max(1, k)))
	values := make([]float64, rows*k)
	for lo := 0; lo < 1<<n; lo += rows {
		batch := explain.NewCoalitions(n, rows)
		for bits := lo; bits < min(lo+rows, 1<<n); bits++ {
			c := explain.NewCoalition(n)
			if n > 0 {
				c[0] = uint64(bits)
			}
			batch.Append(c)
		}
		part := values[:batch.Len()*k]
		if err := g.Value(ctx, part, batch); err != nil {
			return fmt.Errorf("stored: %w", err)
		}
		if err := writeFloats(body, part); err != nil {
			return fmt.Errorf("stored: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("stored: %w", err)
	}
	return nil
}

func writeFloats(w io.Writer, values []float64) error {
	buffer := make([]byte, 0, 4*len(values))
	for _, v := range values {
		buffer = binary.LittleEndian.AppendUint32(buffer, math.Float32bits(float32(v)))
	}
	_, err := w.Write(buffer)
	return err
}

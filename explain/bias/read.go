package bias

import (
	"fmt"
	"io"
)

// maxFile bounds a file of templates, words or sentences, in bytes.
const maxFile = 16 << 20

// readAll reads a file whole. One that is too large is refused rather than cut: what
// is left of it would be taken for all there is.
func readAll(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("more than %d MiB", maxFile>>20)
	}
	return b, err
}

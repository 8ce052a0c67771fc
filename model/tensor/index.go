package tensor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// openIndex opens the files that the index at path names. They lie beside it.
// Whatever fails, the files that are open already are released.
func (c Container) openIndex(path string) (*File, error) {
	places, err := readIndex(path)
	if err != nil {
		return nil, err
	}
	var files []*File
	for _, name := range slices.Compact(slices.Sorted(maps.Values(places))) {
		f, err := c.openFile(filepath.Join(filepath.Dir(path), name))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", name, err), release(files))
		}
		files = append(files, f)
	}
	all, err := merge(files)
	if err != nil {
		return nil, errors.Join(err, release(files))
	}
	var missing []string
	for name, file := range places {
		// tensors that the index does not name are taken all the same
		if _, ok := all.tensors[name]; !ok {
			missing = append(missing, fmt.Sprintf("%q in %s", name, file))
		}
	}
	if missing != nil {
		slices.Sort(missing)
		return nil, errors.Join(fmt.Errorf("no tensor %s", strings.Join(missing, ", ")), release(files))
	}
	return all, nil
}

// maxIndex bounds the text of an index, in bytes.
const maxIndex = 100_000_000

// readIndex returns the name of the file that holds each tensor.
func readIndex(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxIndex+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxIndex {
		return nil, fmt.Errorf("an index of more than %d bytes", maxIndex)
	}
	return parseIndex(text)
}

// parseIndex is readIndex of the text of an index.
func parseIndex(text []byte) (map[string]string, error) {
	var index struct {
		Places map[string]string `json:"weight_map"`
	}
	if err := json.Unmarshal(text, &index); err != nil {
		return nil, err
	}
	if len(index.Places) == 0 {
		return nil, errors.New("no weight_map")
	}
	for name, file := range index.Places {
		// A name that leads out of the folder would let a checkpoint open any file.
		if file == "." || file != filepath.Base(file) || !filepath.IsLocal(file) || strings.ContainsAny(file, `/\:`) {
			return nil, fmt.Errorf("tensor %q in file %q, which is not a plain name", name, file)
		}
	}
	return index.Places, nil
}

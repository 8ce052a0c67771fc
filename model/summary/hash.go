package summary

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// hashed returns the size and the hash of a file. Where it is a link into the
// hub's cache, whose files have their hashes for names, the two must agree.
func hashed(path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return File{}, err
	}
	file := File{Bytes: n, SHA256: hex.EncodeToString(h.Sum(nil))}
	target, _ := os.Readlink(path)
	if name := filepath.Base(target); len(name) == len(file.SHA256) && name != file.SHA256 {
		return file, fmt.Errorf("is spoilt: its hash is %s, the hub's is %s", file.SHA256, name)
	}
	return file, nil
}

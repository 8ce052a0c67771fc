package pretrained

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

func TestHash(t *testing.T) {
	sum := sha256.Sum256(view(weights))
	if got := hex.EncodeToString(sum[:]); got != hash {
		t.Errorf("model.safetensors has the hash %s, the program says %s", got, hash)
	}
}

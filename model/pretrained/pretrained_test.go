package pretrained

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model"
)

func TestHashes(t *testing.T) {
	for _, b := range builtins {
		sum := sha256.Sum256(view(*b.weights))
		if got := hex.EncodeToString(sum[:]); got != b.hash {
			t.Errorf("the weights of %s have the hash %s, the program says %s", b.name, got, b.hash)
		}
	}
}

func TestNames(t *testing.T) {
	if got, want := Names(), []string{"sentiment", "stories", "g2p"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
	if _, err := Checkpoint("nosuch"); err == nil || !strings.Contains(err.Error(), "stories") {
		t.Errorf("error %v names no model that there is", err)
	}
	for _, name := range Names() {
		files, err := Checkpoint(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := model.NewInspector(files, model.Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

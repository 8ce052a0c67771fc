package checkpoint

import (
	"errors"
	"path/filepath"

	"github.com/whence-xai/whence/model/internal/weightfile"
	"github.com/whence-xai/whence/model/pickle"
	"github.com/whence-xai/whence/model/safetensors"
	"github.com/whence-xai/whence/model/tensor"
)

// Weights are the tensors of a checkpoint, in whatever kind of file they lie. A
// [tensor.File] is some. They may be used by several goroutines.
type Weights interface {
	// Names returns the names of all tensors in the order of their data. The
	// caller must not change it.
	Names() []string
	// Tensor returns the tensor called name and whether there is one. It is valid
	// while the Weights are reachable and not closed.
	Tensor(name string) (tensor.Tensor, bool)
	// Forget tells that the data of the tensors will not be read soon.
	Forget()
	// SHA256 returns the hash of the files in hexadecimal, "" where one is not
	// whole any more.
	SHA256() string
	// Container names the kind of file.
	Container() string
	// Close releases the files.
	Close() error
}

// OpenWeights opens the weights of the checkpoint in folder dir. Where there are none,
// the error says what there is instead, and what to do.
func OpenWeights(dir string) (Weights, error) {
	name := weightfile.Of(func(name string) bool { return exists(dir, name) })
	if name == "" {
		if what := weightfile.Foreign(filesIn(dir)); what != "" {
			return nil, foreignError(what)
		}
		return nil, errors.New(weightfile.None)
	}
	open := safetensors.Open
	if weightfile.IsPickle(name) {
		open = pickle.Open
	}
	f, err := open(filepath.Join(dir, name))
	if err != nil {
		return nil, err // and no *tensor.File that is nil
	}
	return f, nil
}

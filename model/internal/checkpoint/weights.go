package checkpoint

import "github.com/whence-xai/whence/model/safetensors"

// Weights are the tensors of a checkpoint, in whatever kind of file they lie. A
// [safetensors.File] is some. They may be used by several goroutines.
type Weights interface {
	// Names returns the names of all tensors in the order of their data. The
	// caller must not change it.
	Names() []string
	// Tensor returns the tensor called name and whether there is one. It is valid
	// while the Weights are reachable and not closed.
	Tensor(name string) (safetensors.Tensor, bool)
	// Forget tells that the data of the tensors will not be read soon.
	Forget()
	// SHA256 returns the hash of the files in hexadecimal, "" where one is not
	// whole any more.
	SHA256() string
	// Close releases the files.
	Close() error
}

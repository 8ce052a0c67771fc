package remote_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/model/remote"
	"github.com/whence-xai/whence/model/remote/remotetest"
)

// A server on this machine stands for the real one.
func Example() {
	server := remotetest.New()
	defer server.Close()
	server.Echo = true
	m := &remote.Client{Endpoint: server.Endpoint(), Model: "tiny"}
	mode, why, err := m.Probe(context.Background())
	fmt.Println(mode, "-", why, err)

	target := remote.Sequence(m, " France?")
	scores := make([]float64, 2)
	err = target.Score(context.Background(), scores, []string{"The capital of France is", "The capital is"})
	fmt.Printf("%.3f %v\n", scores, err)
	// Output:
	// echo - echo works <nil>
	// [-10.046 -10.713] <nil>
}

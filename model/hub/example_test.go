package hub_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/whence-xai/whence/model/hub"
	"github.com/whence-xai/whence/model/hub/hubtest"
)

// A hub on this machine stands for the real one.
func ExampleResolve() {
	server := hubtest.New("org/name", map[string][]byte{
		"config.json": []byte(`{"model_type": "bert"}`), "tokenizer.json": []byte(`{}`), "model.safetensors": []byte("weights"),
	})
	defer server.Close()
	cache, err := os.MkdirTemp("", "hub")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(cache)
	dir, err := hub.Resolve(context.Background(), "org/name", hub.Options{Endpoint: server.URL, Cache: cache})
	if err != nil {
		fmt.Println(err)
		return
	}
	config, err := os.ReadFile(filepath.Join(dir, "config.json"))
	fmt.Println(string(config), err)
	// Output: {"model_type": "bert"} <nil>
}

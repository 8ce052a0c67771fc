package hubtest_test

import (
	"fmt"
	"io"
	"net/http"

	"github.com/whence-xai/whence/model/hub/hubtest"
)

// A test that downloads asks this server in place of huggingface.co.
func ExampleNew() {
	server := hubtest.New("org/name", map[string][]byte{"config.json": []byte("{}")})
	defer server.Close()
	answer, err := http.Get(server.URL + "/org/name/resolve/main/config.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode, string(content), err)
	fmt.Println(len(server.Requests()), "request")
	// Output:
	// 200 {} <nil>
	// 1 request
}

package retry_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/whence-xai/whence/model/retry"
)

// What may pass is tried again, what will not is told at once.
func ExamplePolicy_Do() {
	attempts := 0
	err := retry.Policy{Attempts: 5, Wait: time.Millisecond}.Do(context.Background(), func() error {
		switch attempts++; attempts {
		case 1, 2:
			return &retry.Temporary{Err: errors.New("the server is busy")}
		default:
			return errors.New("the server does not know the model")
		}
	})
	fmt.Println(attempts, "attempts:", err)
	// Output: 3 attempts: the server does not know the model
}

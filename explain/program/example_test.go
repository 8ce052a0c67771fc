package program_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/program"
)

// A program of one line: two players, who are worth something together only.
func Example() {
	cmd := program.Shell(`echo '{"n": 2, "players": ["left shoe", "right shoe"]}'; read request; echo '{"values": [0, 5]}'; read end`)
	g, err := program.Start(context.Background(), cmd, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer g.Close()
	batch := explain.NewCoalitions(g.Players(), 2)
	batch.Append(explain.NewCoalition(2, 0))
	batch.Append(explain.Grand(2))
	values := make([]float64, 2)
	fmt.Println(g.Value(context.Background(), values, batch), values)
	// Output: <nil> [0 5]
}

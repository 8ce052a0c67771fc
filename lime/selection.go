package lime

import (
	"fmt"

	"github.com/whence-xai/whence/explain/surrogate"
)

// A Selection is a way to choose the players that get a coefficient where there
// may be fewer than there are players.
type Selection uint8

// The selections of the reference implementation, which calls them auto,
// forward_selection, highest_weights and lasso_path. Its none is to leave
// Lime.Features at 0.
const (
	Auto      Selection = iota // Forward up to 6 players, Highest beyond
	Forward                    // one by one the player that raises the weighted R² of plain least squares most
	Highest                    // the largest coefficients of a ridge regression on all players with penalty 0.01
	LassoPath                  // the players on the lasso's path where it last has few enough

	none // all players have a coefficient
)

// String returns a name such as "highest weights".
func (s Selection) String() string {
	names := [...]string{"auto", "forward selection", "highest weights", "lasso path", "none"}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("Selection(%d)", uint8(s))
}

// Numbers of the reference implementation.
const (
	forwardUpTo    = 6       // players that Auto chooses by Forward
	highestPenalty = 0.01    // of the ridge regression that Highest looks at
	lassoFloor     = 0x1p-23 // mean product with the residual at which the lasso's path ends
)

// selects returns the selection that takes place among so many players, none
// where all of them get a coefficient, and how many it may choose.
func (l Lime) selects(players int) (Selection, int) {
	limit := l.Features
	if limit == 0 || limit > players {
		limit = players
	}
	switch {
	case l.Selection == LassoPath && players > 0:
		return LassoPath, limit // may choose fewer
	case limit == players:
		return none, players
	case l.Selection == Auto && limit <= forwardUpTo:
		return Forward, limit
	case l.Selection == Auto:
		return Highest, limit
	}
	return l.Selection, limit
}

// ridge prepares the final regression on the players chosen for an output.
// The lasso's path needs to know of how many draws the sums are.
func (l Lime) ridge(n *surrogate.Normal, output, draws int) (*surrogate.Ridge, error) {
	players := make([]int, n.Players)
	for p := range players {
		players[p] = p
	}
	switch selection, limit := l.selects(n.Players); selection {
	case Forward:
		players = n.Forward(output, limit)
	case Highest:
		all, err := n.Ridge(players, highestPenalty)
		if err != nil {
			return nil, err
		}
		players = surrogate.Highest(all.Coefficients(output), limit)
	case LassoPath:
		players = n.LassoPath(output, limit, lassoFloor*float64(draws))
	}
	return n.Ridge(players, l.Ridge)
}

package serve

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"gonum.org/v1/gonum/stat/combin"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// WhatIf asks what the model would answer without some players of a request.
type WhatIf struct {
	Request request.Request `json:"request"`
	Absent  [][]int         `json:"absent" doc:"sets of players, numbered from 0, that are masked"`
}

// Values are what the model answers.
type Values struct {
	Values [][]jsonfloat.Number `json:"values" doc:"a row for each set, an entry for each output, on the request's scale"`
}

// mostSets is how many sets of players a call may ask about.
const mostSets = 256

// values answers POST /v1/values.
func (s *Server) values(w http.ResponseWriter, r *http.Request) error {
	var in WhatIf
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if len(in.Absent) == 0 || len(in.Absent) > mostSets {
		return refuse(http.StatusUnprocessableEntity, "absent: %d sets of players; a call has 1 to %d", len(in.Absent), mostSets)
	}
	return s.play(r.Context(), in.Request, len(in.Absent), func(ctx context.Context, g explain.Game) error {
		batch := explain.NewCoalitions(g.Players(), len(in.Absent))
		for _, absent := range in.Absent {
			if err := present(absent, g.Players()); err != nil {
				return err
			}
			batch.Append(without(g.Players(), absent))
		}
		flat := make([]float64, batch.Len()*g.Outputs())
		if err := g.Value(ctx, flat, batch); err != nil {
			return err
		}
		reply(w, http.StatusOK, Values{slices.Collect(slices.Chunk(jsonfloat.Numbers(flat), g.Outputs()))})
		return nil
	})
}

// present refuses players that a game has not.
func present(players []int, n int) error {
	for _, p := range players {
		if p < 0 || p >= n {
			return refuse(http.StatusUnprocessableEntity, "player %d is none of 0 to %d", p, n-1)
		}
	}
	return nil
}

// without returns the coalition of all players but some.
func without(n int, absent []int) explain.Coalition {
	c := explain.Grand(n)
	for _, p := range absent {
		c.Remove(p)
	}
	return c
}

// play has a function play the game of a request, of so many passes at most.
func (s *Server) play(ctx context.Context, q request.Request, passes int, with func(context.Context, explain.Game) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.Deadline)
	defer cancel()
	q, err := s.settle(q)
	if err != nil {
		return &placedError{"request", err}
	}
	share, err := s.admit(passes + writing(q))
	if err != nil {
		return err
	}
	defer share.done()
	run, err := s.open(ctx, share, q)
	if err != nil {
		return &placedError{"request", err}
	}
	return with(ctx, s.metrics.observe(share.game(run.Game)))
}

// FlipRequest asks for the fewest players without whom the answer is another.
type FlipRequest struct {
	Request request.Request `json:"request"`
	Order   []int           `json:"order" doc:"all players, those first that speak most for the answer"`
}

// Flip is a set of players whose absence turns the answer: a log-odds changes its sign,
// a probability goes to the other side of one half.
type Flip struct {
	Absent      []int            `json:"absent" doc:"null where none was found"`
	Value       jsonfloat.Number `json:"value" doc:"the model's answer without them"`
	Smallest    bool             `json:"smallest" doc:"whether all smaller sets were tried, and turn nothing"`
	Evaluations int              `json:"evaluations"`
}

// mostFlips is how many sets of players a search for a flip tries.
const mostFlips = 1000

// flip answers POST /v1/flip.
func (s *Server) flip(w http.ResponseWriter, r *http.Request) error {
	var in FlipRequest
	if err := readJSON(r, &in); err != nil {
		return err
	}
	return s.play(r.Context(), in.Request, mostFlips, func(ctx context.Context, g explain.Game) error {
		sorted := slices.Sorted(slices.Values(in.Order))
		if err := present(in.Order, g.Players()); err != nil || len(slices.Compact(sorted)) != g.Players() {
			return cmp.Or(err, refuse(http.StatusUnprocessableEntity, "order names %d of %d players", len(slices.Compact(sorted)), g.Players()))
		}
		if g.Outputs() != 1 {
			return refuse(http.StatusUnprocessableEntity, "only a single output can turn, and there are %d", g.Outputs())
		}
		side := 0.0
		if in.Request.Scale == "probability" {
			side = 0.5
		}
		f, err := findFlip(ctx, g, in.Order, side, mostFlips)
		if err != nil {
			return err
		}
		reply(w, http.StatusOK, f)
		return nil
	})
}

// findFlip looks for the fewest players without whom the value of g is on the other
// side of a border: sets of one, of two and so on, of those players that come first in
// order, and of all for as long as most evaluations allow it.
func findFlip(ctx context.Context, g explain.Game, order []int, border float64, most int) (Flip, error) {
	f, complete, whole := Flip{}, true, explain.NewCoalitions(g.Players(), 1)
	whole.Append(explain.Grand(g.Players()))
	full := make([]float64, 1)
	if err := g.Value(ctx, full, whole); err != nil {
		return f, err
	}
	for k := 1; k <= len(order) && f.Evaluations < most; k++ {
		sets, all := setsOf(order, k, (most-f.Evaluations-len(order)+k)/2)
		batch := explain.NewCoalitions(g.Players(), len(sets))
		for _, set := range sets {
			batch.Append(without(g.Players(), set))
		}
		v := make([]float64, batch.Len())
		if err := g.Value(ctx, v, batch); err != nil {
			return f, err
		}
		f.Evaluations += len(sets)
		farthest := 0.0
		for i, one := range v {
			if over := (one - border) * (full[0] - border); over < farthest {
				farthest, f.Value, f.Absent, f.Smallest = over, jsonfloat.Number(one), slices.Sorted(slices.Values(sets[i])), complete
			}
		}
		if f.Absent != nil {
			return f, nil
		}
		complete = complete && all
	}
	return f, nil
}

// setsOf returns all sets of k of the players that come first in order, of as many
// players as make no more than most sets, and whether these are all. One set there is
// always.
func setsOf(order []int, k, most int) (sets [][]int, all bool) {
	pool := k
	for pool < len(order) && combin.GeneralizedBinomial(float64(pool+1), float64(k)) <= float64(most) {
		pool++
	}
	for _, c := range combin.Combinations(pool, k) {
		set := make([]int, k)
		for i, at := range c {
			set[i] = order[at]
		}
		sets = append(sets, set)
	}
	return sets, pool == len(order)
}

// readJSON reads a body whose fields are all known.
func readJSON(r *http.Request, v any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return refuse(http.StatusBadRequest, "%w", err)
	}
	return nil
}

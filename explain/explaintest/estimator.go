package explaintest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// Claims tells what an estimator promises beyond what every estimator must keep.
// The zero value promises most.
type Claims struct {
	// Adaptive estimators let values decide which coalitions to ask for next, or
	// how to weigh them. They are excused from linearity, and from treating
	// every output as if it were alone, wherever they cannot afford all coalitions.
	Adaptive bool
	// Pooled estimators let all outputs together decide. An output is as if it
	// were alone only beside such as do not vary.
	Pooled bool
	// Ordered estimators look at where players stand, and may tell twins apart.
	Ordered bool
	// MaxPlayers is the number of players beyond which the estimator refuses a
	// game; zero where it takes any number.
	MaxPlayers int
}

// A refiner is an estimator that yields better and better explanations.
type refiner interface {
	Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error]
}

const (
	exact = 1e-9 // what rounding may leave where the estimate is exact
	wide  = 12   // players of the games of which a default budget sees a part only
)

// TestEstimator checks that e keeps the contract of estimators. It expects that
// e, as it is given, can afford all coalitions of six players; for indices with
// axioms it then checks efficiency, null players and symmetry, and Shapley
// values against [Small]. On larger games it checks bookkeeping, determinism,
// linearity, vector-valued games, cancellation and faulty games.
func TestEstimator(t *testing.T, e explain.Estimator, claims Claims) {
	t.Run("small games", func(t *testing.T) { testSmall(t, e, claims) })
	t.Run("one player", func(t *testing.T) { testSingle(t, e) })
	t.Run("bookkeeping", func(t *testing.T) { testBookkeeping(t, e) })
	t.Run("same seed, same bits", func(t *testing.T) { testDeterminism(t, e) })
	t.Run("linearity", func(t *testing.T) { testLinearity(t, e, claims) })
	t.Run("outputs", func(t *testing.T) { testOutputs(t, e, claims) })
	t.Run("cancellation", func(t *testing.T) { testCancellation(t, e) })
	t.Run("faulty games", func(t *testing.T) { testFaults(t, e) })
	t.Run("many players", func(t *testing.T) { testMany(t, e, claims) })
	if r, ok := e.(refiner); ok {
		t.Run("refinement", func(t *testing.T) { testRefine(t, r) })
	}
}

func estimate(t *testing.T, e explain.Estimator, g explain.Game) *explain.Explanation {
	t.Helper()
	x, err := e.Estimate(t.Context(), g)
	if err != nil {
		t.Fatalf("Estimate: %v", err)
	}
	return x
}

// testSmall: with all coalitions valued an estimate is exact, whatever the method,
// and so must keep the axioms to within rounding.
func testSmall(t *testing.T, e explain.Estimator, claims Claims) {
	for _, g := range Small() {
		s := watch(t, g)
		x := estimate(t, e, s)
		checkShape(t, x, s)
		if x.Index == explain.LIME {
			continue // a surrogate keeps none of the axioms
		}
		checkEfficiency(t, g.Name, x)
		if x.Index == explain.SV {
			for p, term := range x.Attributions() {
				if math.Abs(term.Score[0]-g.Shapley[p]) > exact {
					t.Errorf("%s: player %d has %v, want %v", g.Name, p, term.Score[0], g.Shapley[p])
				}
			}
		}
	}
	checkTwins(t, estimate(t, e, Random(3, 6, 6, 20)), claims)
}

// checkTwins checks, on an explanation of a Random game, that the last player
// has no part in anything and that players 0 and 1 are treated alike.
func checkTwins(t *testing.T, x *explain.Explanation, claims Claims) {
	t.Helper()
	scores := map[string]float64{}
	for _, term := range x.Terms {
		scores[fmt.Sprint(term.Players)] = term.Score[0]
	}
	for _, term := range x.Terms {
		if x.Index != explain.LIME && slices.Contains(term.Players, len(x.Players)-1) && math.Abs(term.Score[0]) > exact {
			t.Errorf("a null player's term %v is %v", term.Players, term.Score[0])
		}
		twin, ok := swapped(term.Players)
		if ok && !claims.Ordered && x.Index != explain.LIME && x.Index != explain.OV && math.Abs(term.Score[0]-scores[fmt.Sprint(twin)]) > exact {
			t.Errorf("symmetric terms %v and %v are %v and %v", term.Players, twin, term.Score[0], scores[fmt.Sprint(twin)])
		}
	}
}

// checkEfficiency checks v(∅) + Σ scores = v(N) for the indices that have it as an
// axiom; Banzhaf's, SII and the transforms do not.
func checkEfficiency(t *testing.T, name string, x *explain.Explanation) {
	t.Helper()
	switch x.Index {
	case explain.SV, explain.OV, explain.KSII, explain.STII, explain.FSII:
		for k := range x.Full {
			if scale := 1 + math.Abs(x.Full[k]); math.Abs(x.Sum(k)-x.Full[k]) > exact*scale {
				t.Errorf("%s: output %d sums to %v, want %v", name, k, x.Sum(k), x.Full[k])
			}
		}
	}
}

// checkShape checks all that must hold of any explanation of the game that s watched.
func checkShape(t *testing.T, x *explain.Explanation, s *spy) {
	t.Helper()
	n, k := s.Players(), s.Outputs()
	if len(x.Players) != n || len(x.Baseline) != k || len(x.Full) != k || x.Order < 1 {
		t.Fatalf("%d players, %d baselines, %d full values, order %d for a game of %d players and %d outputs",
			len(x.Players), len(x.Baseline), len(x.Full), x.Order, n, k)
	}
	if err := new(explain.Index).UnmarshalText([]byte(x.Index.String())); err != nil || x.Estimator.Name == "" {
		t.Errorf("index %v, estimator %q", x.Index, x.Estimator.Name)
	}
	if x.Evaluations != len(s.distinct) {
		t.Errorf("Evaluations = %d, the game was asked for %d distinct coalitions", x.Evaluations, len(s.distinct))
	}
	if x.Evaluations > x.Estimator.Budget {
		t.Errorf("%d coalitions valued with a budget of %d", x.Evaluations, x.Estimator.Budget)
	}
	want := make([]float64, 2*k)
	ends := explain.NewCoalitions(n, 2)
	ends.Append(explain.NewCoalition(n))
	ends.Append(explain.Grand(n))
	if err := s.Game.Value(t.Context(), want, ends); err != nil {
		t.Fatal(err)
	}
	if got := slices.Concat(x.Baseline, x.Full); !slices.Equal(got, want) {
		t.Errorf("v(∅) and v(N) are %v, want %v", got, want)
	}
	checkTerms(t, x)
}

// checkTerms checks the form in which renderers and metrics expect terms: players
// first and in their order, then sets, with ascending players each.
func checkTerms(t *testing.T, x *explain.Explanation) {
	t.Helper()
	if got := len(x.Attributions()); got != len(x.Players) {
		t.Fatalf("%d attributions for %d players", got, len(x.Players))
	}
	for i, term := range x.Terms {
		if i < len(x.Players) && term.Players[0] != i {
			t.Errorf("term %d is of player %d", i, term.Players[0])
		}
		if !slices.IsSorted(term.Players) || len(term.Players) > x.Order {
			t.Errorf("term of players %v with order %d", term.Players, x.Order)
		}
		if len(term.Score) != len(x.Full) || len(term.Err) != len(x.Full) {
			t.Fatalf("term %v has %d scores and %d errors, want %d", term.Players, len(term.Score), len(term.Err), len(x.Full))
		}
		for o, score := range term.Score {
			// An error may be NaN, for unknown.
			if math.IsNaN(score) || math.IsInf(score, 0) || term.Err[o] < 0 || math.IsInf(term.Err[o], 0) {
				t.Errorf("term %v: score %v, error %v", term.Players, score, term.Err[o])
			}
		}
	}
}

// testSingle: a player alone has all there is to have.
func testSingle(t *testing.T, e explain.Estimator) {
	x := estimate(t, e, Additive(0.1, 0.7))
	switch x.Index {
	case explain.LIME, explain.Fourier:
		return
	}
	if got, want := x.Terms[0].Score[0], x.Full[0]-x.Baseline[0]; got != want {
		t.Errorf("a single player has %v, want v(N) − v(∅) = %v", got, want)
	}
}

// testBookkeeping: games of no player and of few are where divisions by n − 1 show.
func testBookkeeping(t *testing.T, e explain.Estimator) {
	for _, players := range []int{0, 1, 2, 3, 7, wide} {
		s := watch(t, Random(11, players, 4, 5*players))
		x := estimate(t, e, s)
		checkShape(t, x, s)
		if p, ok := e.(explain.PlannedEstimator); !ok {
			t.Errorf("%T does not tell its evaluations beforehand", e)
		} else if most := p.Evaluations(players); len(s.distinct) > most || most > 1<<min(players, 62) {
			t.Errorf("%d coalitions of %d players valued, where at most %d were announced", len(s.distinct), players, most)
		}
		if x.Index != explain.LIME {
			checkEfficiency(t, fmt.Sprintf("%d players", players), x)
		}
	}
}

// testDeterminism: a cache must change nothing but what it costs. An estimator that
// takes a pool it is given for one of its own, and counts what was known already,
// fails here.
func testDeterminism(t *testing.T, e explain.Estimator) {
	g := Random(5, wide, 4, 60)
	first := estimate(t, e, g)
	warm := explain.Cache(g)
	for name, game := range map[string]explain.Game{"again": g, "with a cache": warm, "with a warm cache": warm} {
		x := estimate(t, e, game)
		if !sameBits(flat(first), flat(x)) || x.Evaluations != first.Evaluations {
			t.Errorf("%s: another explanation of the same game", name)
		}
	}
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}

// testLinearity: values must not decide what is asked for, so with one seed the
// estimate of 2g − 3h is that combination of the estimates, sampling error
// included.
func testLinearity(t *testing.T, e explain.Estimator, claims Claims) {
	players := wide
	if claims.Adaptive {
		players = 6
	}
	g, h := Random(6, players, 4, 60), Random(7, players, 3, 40)
	xg, xh := estimate(t, e, g), estimate(t, e, h)
	if xg.Index == explain.LIME && claims.Adaptive {
		return // even with all samples, selection depends on the values
	}
	both := estimate(t, e, combination(2, g, -3, h))
	for i, term := range both.Terms {
		if want := 2*xg.Terms[i].Score[0] - 3*xh.Terms[i].Score[0]; math.Abs(term.Score[0]-want) > exact {
			t.Errorf("term %v of 2g − 3h is %v, want %v", term.Players, term.Score[0], want)
		}
	}
}

// testOutputs: all outputs share the coalitions, and none must show in another's
// scores.
func testOutputs(t *testing.T, e explain.Estimator, claims Claims) {
	games := stack{Random(8, wide, 4, 60), Random(9, wide, 3, 40), Random(10, wide, 2, 30)}
	if claims.Pooled {
		nothing := explain.Func(wide, func(explain.Coalition) float64 { return 0 })
		games = stack{nothing, games[0], nothing}
	} else if claims.Adaptive {
		games = stack{games[0], games[0], games[0]} // like outputs call for like decisions
	}
	s := watch(t, games)
	x := estimate(t, e, s)
	checkShape(t, x, s)
	for k, g := range games {
		alone := estimate(t, e, g)
		if len(alone.Terms) != len(x.Terms) {
			t.Fatalf("%d terms with three outputs, %d with one", len(x.Terms), len(alone.Terms))
		}
		for i, term := range alone.Terms {
			got := x.Terms[i]
			if math.Abs(got.Score[k]-term.Score[0]) > exact || math.Abs(got.Err[k]-term.Err[0]) > exact {
				t.Errorf("term %v, output %d: %v ± %v, alone %v ± %v", got.Players, k, got.Score[k], got.Err[k], term.Score[0], term.Err[0])
			}
		}
	}
}

// testCancellation cancels within a call of the game, at up to nine places of the
// run: the next thing that happens must be the return.
func testCancellation(t *testing.T, e explain.Estimator) {
	g := Random(12, wide, 4, 60)
	total := watch(t, g)
	estimate(t, e, total)
	for at := 1; at <= total.calls; at += 1 + total.calls/8 {
		ctx, cancel := context.WithCancel(t.Context())
		s := watch(t, g)
		s.onCall = func(call int) error {
			if call == at {
				cancel()
			}
			return nil
		}
		x, err := e.Estimate(ctx, s)
		if !errors.Is(err, context.Canceled) || x != nil {
			t.Errorf("cancelled in call %d: explanation %v, err %v", at, x != nil, err)
		}
		if s.calls != at {
			t.Errorf("cancelled in call %d, asked %d times", at, s.calls)
		}
		cancel()
	}
}

// testFaults: an error of the game is handed on as it is, and a value that is no
// number is an error that names it, never a score.
func testFaults(t *testing.T, e explain.Estimator) {
	g := Random(13, wide, 4, 60)
	total := watch(t, g)
	estimate(t, e, total)
	for at := 1; at <= total.calls; at += 1 + total.calls/8 {
		s := watch(t, g)
		s.onCall = func(call int) error {
			if call == at {
				return errGame
			}
			return nil
		}
		if x, err := e.Estimate(t.Context(), s); !errors.Is(err, errGame) || x != nil {
			t.Errorf("a game that breaks in call %d: explanation %v, err %v", at, x != nil, err)
		}
		for name, bad := range map[string]float64{"NaN": math.NaN(), "Inf": math.Inf(-1)} {
			s := watch(t, g)
			s.alter = func(call int, dst []float64) {
				if call == at {
					dst[len(dst)-1] = bad
				}
			}
			x, err := e.Estimate(t.Context(), s)
			if err == nil || x != nil || !strings.Contains(err.Error(), name) {
				t.Errorf("a value of %v in call %d: explanation %v, err %v", bad, at, x != nil, err)
			}
		}
	}
}

// testMany: coalitions of more than 64 players take more than one word.
func testMany(t *testing.T, e explain.Estimator, claims Claims) {
	s := watch(t, Random(14, 70, 3, 200))
	if claims.MaxPlayers > 0 && claims.MaxPlayers < 70 {
		if x, err := e.Estimate(t.Context(), s); err == nil || x != nil || len(s.distinct) > 0 {
			t.Errorf("70 players with a limit of %d: err %v after %d valuations", claims.MaxPlayers, err, len(s.distinct))
		}
		return
	}
	x := estimate(t, e, s)
	checkShape(t, x, s)
	if x.Index != explain.LIME {
		checkEfficiency(t, "70 players", x)
	}
}

// testRefine: every explanation on the way is as sound as the last, each has seen
// no less than the one before, and a context that is over yields an error and
// nothing else.
func testRefine(t *testing.T, e refiner) {
	s := watch(t, Random(15, wide, 4, 60))
	evaluations, rounds := 0, 0
	for x, err := range e.Refine(t.Context(), s) {
		if err != nil {
			t.Fatal(err)
		}
		checkShape(t, x, s)
		if x.Evaluations < evaluations {
			t.Errorf("round %d has seen %d coalitions, the one before %d", rounds, x.Evaluations, evaluations)
		}
		evaluations = x.Evaluations
		rounds++
	}
	if rounds < 2 {
		t.Errorf("%d rounds", rounds)
	}
	// To break out of the loop is all a caller does to stop: nothing must be asked
	// after that.
	calls := 0
	broken := watch(t, s.Game)
	for _, err := range e.Refine(t.Context(), broken) {
		if err != nil {
			t.Fatal(err)
		}
		calls = broken.calls
		break
	}
	if broken.calls != calls {
		t.Error("asks on after break")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for x, err := range e.Refine(ctx, s.Game) {
		if x != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled beforehand: explanation %v, err %v", x != nil, err)
		}
	}
}

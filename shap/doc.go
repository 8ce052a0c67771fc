// Package shap estimates Shapley values and their relatives: how the value of
// a game is to be shared among its players, and among sets of them.
//
// [Exact] values all coalitions and knows every index. For games with too many
// players there are estimators, which differ in the coalitions they ask for and
// in what they make of the answers: regressions ([Kernel], [Leverage], and
// [Faithful] for interactions), a Gaussian process ([Bayes], which needs the fewest),
// boosted trees ([Proxy]), averages over orders of
// arrival ([Permutation]) or over coalitions ([SVARM], [MSR]), and a walk down a
// tree of groups ([Partition], for Owen values). [Auto] chooses among them and
// says why.
//
// Estimators are plain structs whose zero value works. A budget counts distinct
// coalitions, the empty and the full one included; [DefaultBudget] is what an
// estimator takes where its Budget is zero. The same seed gives the same bits.
//
// Coalitions are remembered by a pool that is given in place of the game: see
// [explain.Cache]. On the pool of an earlier run the same estimator with the same
// seed and a larger budget values none of its coalitions again, and neither do
// other estimators and metrics. [Bayes.Extend] learns from all that the pool knows.
//
// Standard errors are scaled such that a score ± 1.96 of them is an interval of
// 95 % confidence, also where few samples would ask for wider quantiles than the
// normal ones. An estimate that depends on no chance has the error zero, one of
// which the estimator cannot tell has NaN.
package shap

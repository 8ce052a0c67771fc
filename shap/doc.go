// Package shap estimates Shapley values and their relatives: how the value of
// a game is to be shared among its players, and among sets of them.
//
// [Exact] values all coalitions and knows every index. For games with too many
// players there are estimators, which differ in the coalitions they ask for and
// in what they make of the answers: regressions ([Kernel], [Leverage], and
// [Faithful] for interactions), boosted trees ([Proxy]), averages over orders of
// arrival ([Permutation]) or over coalitions ([SVARM], [MSR]), and a walk down a
// tree of groups ([Partition], for Owen values). [Auto] chooses among them and
// says why.
//
// Estimators are plain structs whose zero value works. A budget counts distinct
// coalitions, the empty and the full one included; [DefaultBudget] is what an
// estimator takes where its Budget is zero. The same seed gives the same bits.
//
// Standard errors are scaled such that a score ± 1.96 of them is an interval of
// 95 % confidence, also where few samples would ask for wider quantiles than the
// normal ones. An estimate that depends on no chance has the error zero, one of
// which the estimator cannot tell has NaN.
package shap

// Package explaintest helps to test estimators and games: a conformance suite
// that every estimator passes, one for games, and games whose Shapley values
// are known in closed form.
//
// A new estimator's test is one line:
//
//	func TestKernel(t *testing.T) { explaintest.TestEstimator(t, shap.Kernel{}, explaintest.Claims{}) }
package explaintest

// Package metric judges explanations: how well scores predict what the game
// says, and how near two explanations of a game are.
//
// Metrics read a game and an explanation and know no estimator, so they judge
// any of them, also one that is not of this module.
package metric

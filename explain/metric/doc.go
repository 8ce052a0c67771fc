// Package metric judges explanations: how well scores predict what the game
// says, how simple they are, how well they agree with people, and
// how near two explanations of a game are.
//
// Metrics read a game and scores and know no estimator, so they judge any of
// them, also one that is not of this module. Definitions are those of the papers
// named with each, and their numbers those of ferret and Quantus, but for places
// where a package does not do what its paper says; these are told. [Suite] has
// them all at once, beside what scores in random order and leave-one-out reach.
//
// Give every metric the [explain.Pool] that the estimator had: then nothing is
// valued twice. A game of several outputs is seen one at a time through [View].
package metric

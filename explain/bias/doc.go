// Package bias finds out whether a model treats people alike: it asks about
// sentences that differ only in whom they speak of, and compares the answers.
//
// A [Set] is such sentences. Sets come from templates with slots ([Templates],
// of which the package has its own, [Builtin]), from the benchmarks that research
// shares ([WinoBias], [CrowSPairs], [EEC], [HolisticBias]), or from a user's own
// texts in which the words of one group are swapped for those of another
// ([Lexicon.Swap]). A [Meter] asks the model, and a [Tally] turns what it says
// into gaps between groups with confidence intervals, corrected for their number.
//
// Two things are measured of each sentence: the model's score, and the share of
// the score that the swapped words have. That share is the Shapley value of the
// two-player game of the words and the rest of the sentence,
//
//	½ (v(words) − v(∅)) + ½ (v(all) − v(rest)),
//
// which takes four passes and no estimator.
package bias

// Package report says what the explanations of a corpus come to: which words
// move a model, what drove its errors, what kinds of explanations there are,
// which texts show most of them, and how far a few rules go in its place.
//
// [Of] reads the rows once, in memory that does not grow with their number:
// counts of words are kept up to a bound, and all that needs many rows at a time
// works on a sample of them.
package report

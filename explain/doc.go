// Package explain holds the vocabulary of explanations by games: coalitions of
// players, games that give coalitions a value, estimators that turn a game into
// an explanation, and the explanation itself.
//
// A text, an image or a table row becomes a [Game] once somebody says what its
// players are and what a model answers when some of them are absent. An
// [Estimator] then asks the game for the values of many coalitions and condenses
// them into an [Explanation]: a score for every player, or for sets of players,
// with a standard error wherever the estimator knows one.
//
// The package imports nothing but the standard library. Estimators live in
// packages shap and lime, the bridge from texts and models to games in
// explain/text, and pictures in explain/render.
package explain

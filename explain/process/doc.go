// Package process learns a game from few of its values: it takes the game for a
// draw from a Gaussian process over coalitions, chooses the coalitions whose
// values tell most about what is asked, and answers with means and standard
// errors. Whatever is linear in the game can be asked for: Shapley and Banzhaf
// values, interactions, the coefficients of LIME's surrogate.
//
// # The prior
//
// Write a coalition as x ∈ {−1, +1}^n, +1 for the players present. Every game is a
// sum of parity functions, v(x) = Σ_T F(T) Π_{i∈T} x_i, and the prior gives the
// coefficients F(T) independent normal distributions. Values come in pairs, of a
// coalition and of its complement, and so the sum falls apart into two processes
// that know nothing of one another: the odd half (v(S) − v(N∖S))/2, on which all
// Shapley and Banzhaf values depend, and the even half (v(S) + v(N∖S))/2, which
// interactions of two players depend on.
//
// The variance of F(T) is a sum of three kinds of terms. With orders 3 and 5 in
// the odd half, 2 and 4 in the even one:
//
//   - product: λ_|T| Π_{i∈T} a_i, the relevance a_i of a player being its share in
//     interactions. The covariance of two values is then an elementary symmetric
//     polynomial of a_i x_i y_i, which Newton's identities give in time linear in
//     the number of players; additive Gaussian processes (Duvenaud, Nickisch &
//     Rasmussen 2011) rest on the same.
//   - near: the lower of these orders once more, within windows of eight
//     neighbours, since words interact with those around them more than with
//     others. Where the order of the players means nothing, its weight shrinks.
//   - white: one variance for the values of all coalitions, which is one for
//     sets of all orders.
//
// Sets of one player (the empty one, in the even half) have a variance of their own.
// All these weights and relevances are set to the mode of their posterior under
// weak log-normal priors, the overall scale integrated out of nothing but its
// maximum (MacKay 1992 calls this evidence maximization).
//
// # The design
//
// Pairs are not drawn but chosen: from a few hundred candidates drawn as Kernel
// SHAP draws (Covert & Lee 2021), the one that lowers the summed posterior
// variance of the terms asked for most, again and again (sequential Bayesian
// design, MacKay 1992b; Settles 2009). Variances do not depend on values, so many
// pairs are chosen before any is valued.
package process

// Package text makes a game of a text and a model: its players are words, or
// other parts of the text, and a coalition is worth what the model says of the
// text when all other parts are masked.
//
// It is the one package that knows both games and models. A text becomes tokens;
// Options.Unit says which tokens are a player's; a [Masker] turns a coalition into
// the tokens that the model reads; a [Scorer] says what the model makes of them.
// [NewGame] puts the four together, and [Options] has the rest.
//
// # Players
//
// White space belongs to no player; a token that is nothing else goes with the
// token after it. A token that reaches over the border of two units cannot be
// masked by halves, so the units become one player, and so do tokens that share a
// character. Every token of the text is thus one player's or, being special to the
// model or part of Options.Keep, never masked. What a word is worth is therefore
// split among its sub-words, and no character is ever broken. All this is about
// tokens; a [Rewrite] changes the text itself, to any unit.
package text

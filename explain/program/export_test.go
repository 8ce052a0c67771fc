package program

import "time"

// Words returns what a program has written to standard error.
func (g *Game) Words() string { return g.words.String() }

// SetTimeout says how long an answer may take from now on.
func (g *Game) SetTimeout(d time.Duration) { g.timeout = d }

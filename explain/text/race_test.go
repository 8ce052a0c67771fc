//go:build race

package text_test

// racing tells that the race detector runs, which makes pools forget some of what
// they are given: how many bytes are made says nothing then.
const racing = true

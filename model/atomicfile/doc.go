// Package atomicfile writes files that are there whole or not at all.
//
// What is written goes to a temporary file beside the one that it is for, under a
// name that nobody can guess, and takes the other's place in one step when all of it
// is on the disk. The temporary file is locked for as long as its writer lives, so
// that what a killed process left behind can be told from what another is writing:
// [Sweep] removes the former.
package atomicfile

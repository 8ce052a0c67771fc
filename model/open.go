package model

import "errors"

// open builds a model of the checkpoint in folder dir.
func open[T any](dir string, o Options, build func(Checkpoint, Options) (*T, error)) (*T, error) {
	files, err := Open(dir)
	if err != nil {
		return nil, err
	}
	m, err := build(files, o)
	if err != nil {
		return nil, errors.Join(err, files.Weights.Close())
	}
	return m, nil
}

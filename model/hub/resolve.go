package hub

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Resolve returns the folder of the model called name: name itself where there
// is such a folder, or such a file of llama.cpp (*.gguf), or else the files of the
// hub's model of that name, which are downloaded unless they are in the cache. A
// model in the cache is taken as it is; [Pull] asks whether there is a newer one.
// A folder counts over the hub, as in transformers.
func Resolve(ctx context.Context, name string, o Options) (string, error) {
	file := strings.EqualFold(filepath.Ext(name), ".gguf")
	// a name with a slash may be a path and a model at once: what is here counts
	if info, err := os.Stat(name); err == nil {
		if !info.IsDir() && !file {
			return "", fmt.Errorf("hub: %s is a file, not the folder of a model", name)
		}
		return name, nil
	}
	if file {
		return "", fmt.Errorf("hub: there is no file %s", name)
	}
	s, o, err := find(name, o)
	if errors.Is(err, errName) {
		err = fmt.Errorf("hub: there is no folder %q, and it is %w", name, errName)
	}
	if err != nil {
		return "", err
	}
	// never asked for, or not whole
	if s.commit == "" || len(s.missing()) > 0 {
		return pull(ctx, s.cached, o)
	}
	if unknown := s.unknown(); len(unknown) > 0 { // Python takes only what it uses
		dir, err := pull(ctx, s.cached, o)
		if !away(err) {
			return dir, err
		}
		o.note("%s: the hub cannot be asked whether the model has %s", s.name, strings.Join(unknown, ", "))
	}
	s.touch()
	return s.folder(), nil
}

// Pull brings the model called name into the cache as it is on the hub now, and
// returns its folder there. What is there already is not loaded again.
func Pull(ctx context.Context, name string, o Options) (string, error) {
	s, o, err := find(name, o)
	if err != nil {
		return "", err
	}
	return pull(ctx, s.cached, o)
}

// find returns what the cache has of a model, and the options as they are meant.
func find(name string, o Options) (snapshot, Options, error) {
	n, err := ParseName(name)
	if err != nil {
		return snapshot{}, o, err
	}
	if o, err = o.settled(); err != nil {
		return snapshot{}, o, err
	}
	c := newCached(o.Cache, n)
	return snapshot{c, c.commit()}, o, nil
}

// away reports whether an error is that the hub cannot be asked.
// What is here is used then.
func away(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Temporary || errors.Is(err, errOffline))
}

var errOffline = errors.New("the hub may not be asked")

// offline is the error of a model that is wanted of the hub, which may not be asked.
func offline(c cached) error {
	e := &Error{Name: c.name, Hint: "unset HF_HUB_OFFLINE to download it"}
	if s := (snapshot{c, c.commit()}); s.commit == "" {
		e.Err = fmt.Errorf("is not in %s, and %w", c.cache, errOffline)
	} else if missing := s.missing(); len(missing) > 0 {
		e.Err = fmt.Errorf("%s lacks %s, and %w", c.cache, strings.Join(missing, ", "), errOffline)
	} else {
		e.Err = fmt.Errorf("%w whether there is a newer one", errOffline)
	}
	return e
}

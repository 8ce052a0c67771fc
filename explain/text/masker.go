package text

import (
	"errors"
	"fmt"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
)

// A Masker says what the model reads when only some players are present.
type Masker interface {
	// Mask returns the text of f with all players masked but those present. It
	// may write to the slices of dst, which it was given back from the call
	// before or which are nil, and may share slices with f.Input.
	Mask(dst model.Sequence, f *Features, present explain.Coalition) (model.Sequence, error)
	// String names the masker for the reader of an explanation.
	String() string
}

// ParseMasker finds a masker by what its String says: "replace", "collapse",
// "drop", "hide", "delete", or with a token or word "replace:<unk>",
// "collapse:<unk>", "rewrite:UNKWORDZ".
func ParseMasker(name string) (Masker, error) {
	kind, with, given := strings.Cut(name, ":")
	switch {
	case kind == "replace" && given == (with != ""):
		return Replace{with}, nil
	case kind == "collapse" && given == (with != ""):
		return Collapse{with}, nil
	case name == "drop":
		return Drop{}, nil
	case name == "hide":
		return Hide{}, nil
	case name == "delete":
		return Rewrite{}, nil
	case kind == "rewrite" && with != "":
		return Rewrite{with}, nil
	}
	return nil, fmt.Errorf("text: unknown masker %q (known: replace, replace:TOKEN, collapse, collapse:TOKEN, drop, hide, delete, rewrite:WORD)", name)
}

// Replace puts a mask in the place of each token of a masked player.
type Replace struct {
	Token string // as the vocabulary spells it, such as "<unk>"; the model's mask token by default
}

// Mask returns the text with a mask for every masked token.
func (r Replace) Mask(dst model.Sequence, f *Features, present explain.Coalition) (model.Sequence, error) {
	mask, err := f.maskID(r.Token)
	if err != nil {
		return dst, err
	}
	dst.IDs = append(dst.IDs[:0], f.Input.IDs...)
	dst.Types = f.Input.Types
	for t := range f.Owner {
		if f.hides(t, present) {
			dst.IDs[t] = mask
		}
	}
	return dst, nil
}

// String returns "replace", and the token where it is not the model's own mask.
func (r Replace) String() string { return named("replace", r.Token) }

// Collapse puts one mask in the place of each unbroken run of masked tokens.
type Collapse struct {
	Token string // as in Replace
}

// Mask returns the text with one mask for every run of masked tokens.
func (c Collapse) Mask(dst model.Sequence, f *Features, present explain.Coalition) (model.Sequence, error) {
	mask, err := f.maskID(c.Token)
	if err != nil {
		return dst, err
	}
	dst.IDs, dst.Types = dst.IDs[:0], dst.Types[:0]
	inside := false
	for t := range f.Owner {
		masked := f.hides(t, present)
		switch {
		case !masked:
			dst = appendToken(dst, f, t, f.Input.IDs[t])
		case !inside:
			dst = appendToken(dst, f, t, mask)
		}
		inside = masked
	}
	return dst, nil
}

// String returns "collapse", and the token where it is not the model's own mask.
func (c Collapse) String() string { return named("collapse", c.Token) }

// Drop leaves the tokens of masked players out, and the text closes up.
type Drop struct{}

// Mask returns the text without its masked tokens.
func (Drop) Mask(dst model.Sequence, f *Features, present explain.Coalition) (model.Sequence, error) {
	dst.IDs, dst.Types = dst.IDs[:0], dst.Types[:0]
	for t := range f.Owner {
		if !f.hides(t, present) {
			dst = appendToken(dst, f, t, f.Input.IDs[t])
		}
	}
	return dst, nil
}

// String returns "drop".
func (Drop) String() string { return "drop" }

// Hide leaves the tokens of masked players where they are and makes them
// invisible: no token attends to them.
type Hide struct{}

// Mask returns the text with its masked tokens hidden.
func (Hide) Mask(dst model.Sequence, f *Features, present explain.Coalition) (model.Sequence, error) {
	// Shared with the input, which nobody writes to: Hide changes no token.
	dst.IDs, dst.Types = f.Input.IDs, f.Input.Types
	dst.Hidden = f.appendHidden(dst.Hidden[:0], present)
	return dst, nil
}

// String returns "hide".
func (Hide) String() string { return "hide" }

// appendToken appends id with what else is known of token t.
func appendToken(dst model.Sequence, f *Features, t int, id int32) model.Sequence {
	dst.IDs = append(dst.IDs, id)
	if f.Input.Types != nil {
		dst.Types = append(dst.Types, f.Input.Types[t])
	}
	return dst
}

// maskID returns the id of a token by its name, of the model's mask token where
// the name is empty.
func (f *Features) maskID(name string) (int32, error) {
	if name == "" {
		if f.mask < 0 {
			return 0, errors.New("the model has no mask token: drop or delete words, or name a token to replace them with, as in replace:<unk>")
		}
		return f.mask, nil
	}
	id, ok := f.token(name)
	if !ok {
		return 0, fmt.Errorf("the vocabulary has no token %q", name)
	}
	return id, nil
}

func named(masker, token string) string {
	if token == "" {
		return masker
	}
	return masker + ":" + token
}

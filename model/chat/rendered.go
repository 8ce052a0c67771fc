package chat

import (
	"errors"
	"fmt"
	"slices"

	"github.com/whence-xai/whence/model/internal/jinja"
)

// A Rendered is a conversation as the model reads it.
type Rendered struct {
	Text string

	places []Place
	mixed  bool
}

// A Place is where words of a message are in the text, as byte offsets.
type Place struct {
	Message    int // its number
	Start, End int
}

// newRendered keeps the numbers of the messages, which are the sources of the text.
func newRendered(made jinja.Text) *Rendered {
	places, exact := made.Places()
	r := &Rendered{Text: made.String(), mixed: !exact}
	for _, p := range places {
		r.places = append(r.places, Place{p.Source, p.Start, p.End})
	}
	return r
}

// Places returns where the content of the messages is in the text, in the order
// of the text: also where the template has trimmed it, dropped parts of it or
// changed its letters. A message may be in several places, or in none. Where
// the template has made one of several messages, or of a message and words of
// its own, so that they cannot be told apart, it is an error.
func (r *Rendered) Places() ([]Place, error) {
	if r.mixed {
		return nil, errors.New("chat: the template mixes words of the messages with others, so that where they are cannot be told")
	}
	return r.places, nil
}

// endIn cuts off what stands behind a message.
// It is how the assistant's last words are gone on with: transformers'
// continue_final_message cuts the template's end of a turn off in the same way.
func (r *Rendered) endIn(message int) error {
	places, err := r.Places()
	if err != nil {
		return err
	}
	i := len(places) - 1
	for i >= 0 && places[i].Message != message {
		i--
	}
	if i < 0 {
		return fmt.Errorf("chat: nothing of the last message, the assistant's, is in the text, so that it cannot go on")
	}
	r.Text, r.places = r.Text[:places[i].End], slices.Clip(places[:i+1])
	return nil
}

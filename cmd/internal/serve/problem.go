package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// A Problem is what a reply says of an error (RFC 9457).
type Problem struct {
	Title  string  `json:"title" doc:"what the status means"`
	Status int     `json:"status" doc:"the status of the reply"`
	Detail string  `json:"detail,omitempty" doc:"what went wrong"`
	Errors []Error `json:"errors,omitempty" doc:"all that is wrong with the request"`
}

// An Error is what is wrong with a part of a request.
type Error struct {
	Location string `json:"location,omitempty" doc:"the field, as in body.max_error"`
	Message  string `json:"message" doc:"what is wrong with it"`
	Hint     string `json:"hint,omitempty" doc:"what to do about it"`
}

// A statusError is an error whose status is known where it arises.
type statusError struct {
	status int
	err    error
}

// Error returns what went wrong.
func (e *statusError) Error() string { return e.err.Error() }

// Unwrap returns what went wrong.
func (e *statusError) Unwrap() error { return e.err }

func refuse(status int, format string, args ...any) error {
	return &statusError{status, fmt.Errorf(format, args...)}
}

// problemOf tells of an error, and after how many seconds it may be over.
func problemOf(err error) (p Problem, after int) {
	p.Detail = strings.TrimPrefix(request.Plain(err), "request: ")
	var (
		known *statusError
		busy  *busyError
		large *http.MaxBytesError
		fault *request.Fault
	)
	switch {
	case errors.As(err, &busy):
		p.Status, after = http.StatusTooManyRequests, int(busy.after.Seconds())
	case errors.As(err, &large):
		p.Status, p.Detail = http.StatusRequestEntityTooLarge, fmt.Sprintf("the body has more than %d bytes", large.Limit)
	case errors.As(err, &known):
		p.Status = known.status
	case errors.As(err, &fault):
		p.Status, p.Detail, p.Errors = http.StatusUnprocessableEntity, "the request cannot be answered as it is", faultsOf(err)
	case errors.Is(err, context.DeadlineExceeded):
		p.Status, p.Detail = http.StatusGatewayTimeout, "the answer took longer than the server gives a request"
	case errors.Is(err, context.Canceled):
		p.Status, p.Detail, after = http.StatusServiceUnavailable, "the server stops", 1
	default:
		p.Status = http.StatusInternalServerError
	}
	p.Title = http.StatusText(p.Status)
	return p, after
}

// faultsOf returns what is wrong with a request.
func faultsOf(err error) (all []Error) {
	if together, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range together.Unwrap() {
			all = append(all, faultsOf(one)...)
		}
		return all
	}
	var fault *request.Fault
	if !errors.As(err, &fault) {
		return []Error{{Message: request.Plain(err)}}
	}
	name := func(field string) string { return field }
	return []Error{{Location: "body." + fault.Field, Message: fault.Text(name), Hint: fault.Hint(name)}}
}

// reply writes a value as JSON.
func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	if _, ok := v.(Problem); ok {
		w.Header().Set("Content-Type", "application/problem+json")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever has gone needs no answer
}

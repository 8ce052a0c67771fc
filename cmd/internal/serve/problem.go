package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
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

// A placedError is an error in a part of a body.
type placedError struct {
	part string
	err  error
}

// Error tells the part and what is wrong.
func (e *placedError) Error() string { return e.part + ": " + e.err.Error() }

// Unwrap returns what is wrong.
func (e *placedError) Unwrap() error { return e.err }

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
		part  *placedError
	)
	where := "body."
	if errors.As(err, &part) {
		where += part.part + "."
	}
	switch {
	case errors.As(err, &busy):
		p.Status, after = http.StatusTooManyRequests, int(busy.after.Seconds())
	case errors.As(err, &large):
		p.Status, p.Detail = http.StatusRequestEntityTooLarge, fmt.Sprintf("the body has more than %d bytes", large.Limit)
	case errors.As(err, &known):
		p.Status = known.status
	case errors.As(err, &fault):
		p.Status, p.Detail, p.Errors = http.StatusUnprocessableEntity, "the request cannot be answered as it is", faultsOf(err, where)
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

// faultsOf returns what is wrong with a request, whose fields are somewhere in a body.
func faultsOf(err error, where string) (all []Error) {
	var together interface{ Unwrap() []error }
	if errors.As(err, &together) {
		for _, one := range together.Unwrap() {
			all = append(all, faultsOf(one, where)...)
		}
		return all
	}
	var fault *request.Fault
	if !errors.As(err, &fault) {
		return []Error{{Message: request.Plain(err)}}
	}
	name := func(field string) string { return field }
	return []Error{{Location: where + fault.Field, Message: fault.Text(name), Hint: fault.Hint(name)}}
}

// fail answers with an error.
func fail(w http.ResponseWriter, err error) {
	p, after := problemOf(err)
	if after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(after))
	}
	reply(w, p.Status, p)
}

// reply writes a value as JSON.
func reply(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil { // as of a model whose answer is no number
		p, _ := problemOf(err)
		reply(w, p.Status, p)
		return
	}
	kind := "application/json"
	if _, ok := v.(Problem); ok {
		kind = "application/problem+json"
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // whoever has gone needs no answer
}

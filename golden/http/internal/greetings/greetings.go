// Package greetings is what this service does, however it is asked: a worked example to
// replace with your own.
package greetings

import "errors"

// ErrBadName says that nobody can be greeted so.
var ErrBadName = errors.New("want a name of at most 64 characters, none of them a control character")

// Greeting is what is composed.
type Greeting struct {
	Message string `json:"message"`
	Caller  string `json:"caller,omitempty"` // SPIFFE ID of who asked
}

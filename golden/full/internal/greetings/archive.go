package greetings

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"
)

const (
	mostRecent   = 20  // how many greetings a list holds
	maxKeyLength = 128 // bytes
)

var (
	// ErrBadKey says that nothing is kept under such an idempotency key.
	ErrBadKey = errors.New("want an idempotency key of at most 128 bytes, which are UTF-8 and none of them zero")
	// ErrUnavailable says that the greetings are out of reach, for now.
	ErrUnavailable = errors.New("the greetings cannot be reached now")
)

// Greeter composes greetings, as a Composer does.
type Greeter interface {
	Compose(ctx context.Context, name string) (Greeting, error)
}

// Archive keeps the greetings that another Greeter composes.
type Archive struct {
	greeter    Greeter
	repository *Repository
}

// NewArchive returns an Archive.
func NewArchive(greeter Greeter, repository *Repository) *Archive {
	return &Archive{greeter: greeter, repository: repository}
}

type keyKey struct{}

// WithKey returns a context in which what a caller composes is kept once, however often it is
// asked for under this idempotency key. An empty key is none.
func WithKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyKey{}, key)
}

// Compose is Composer.Compose, and keeps the greeting. Its error may be ErrBadKey or
// ErrUnavailable, too.
func (a *Archive) Compose(ctx context.Context, name string) (Greeting, error) {
	key, _ := ctx.Value(keyKey{}).(string)
	if len(key) > maxKeyLength || !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return Greeting{}, ErrBadKey
	}
	greeting, err := a.greeter.Compose(ctx, name)
	if err != nil {
		return Greeting{}, err
	}
	return greeting, a.repository.Save(ctx, key, name, greeting)
}

// Recent returns the greetings kept last, the newest first. Its error may be ErrUnavailable.
func (a *Archive) Recent(ctx context.Context) ([]Greeting, error) {
	return a.repository.Recent(ctx, mostRecent)
}

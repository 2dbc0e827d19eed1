package greetings

import "context"

const mostRecent = 20 // how many greetings a list holds

// Archive composes greetings and keeps them.
type Archive struct {
	composer   *Composer
	repository *Repository
}

// NewArchive returns an Archive.
func NewArchive(composer *Composer, repository *Repository) *Archive {
	return &Archive{composer: composer, repository: repository}
}

type keyKey struct{}

// WithKey returns a context in which what a caller composes is kept once, however often it is
// asked for under this idempotency key. An empty key is none.
func WithKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyKey{}, key)
}

// Compose is Composer.Compose, and keeps the greeting.
func (a *Archive) Compose(ctx context.Context, name string) (Greeting, error) {
	greeting, err := a.composer.Compose(ctx, name)
	if err != nil {
		return Greeting{}, err
	}
	key, _ := ctx.Value(keyKey{}).(string)
	return greeting, a.repository.Save(ctx, key, name, greeting)
}

// Recent returns the greetings kept last, the newest first.
func (a *Archive) Recent(ctx context.Context) ([]Greeting, error) {
	return a.repository.Recent(ctx, mostRecent)
}

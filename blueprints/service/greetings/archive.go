package greetings

import "context"

// Archive composes greetings and keeps them.
type Archive struct {
	composer   *Composer
	repository *Repository
	key        func(context.Context) string
}

// NewArchive returns an Archive. What is composed twice under one idempotency key is kept once;
// key finds it in the context.
func NewArchive(composer *Composer, repository *Repository, key func(context.Context) string) *Archive {
	return &Archive{composer: composer, repository: repository, key: key}
}

// Compose is Composer.Compose, and keeps the greeting.
func (a *Archive) Compose(ctx context.Context, name string) (Greeting, error) {
	greeting, err := a.composer.Compose(ctx, name)
	if err != nil {
		return Greeting{}, err
	}
	return greeting, a.repository.Save(ctx, a.key(ctx), name, greeting)
}

// Recent returns the greetings kept last, the newest first.
func (a *Archive) Recent(ctx context.Context, limit int) ([]Greeting, error) {
	return a.repository.Recent(ctx, limit)
}

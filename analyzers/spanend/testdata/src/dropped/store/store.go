// Package store has an interface.
package store

import "context"

type Stream interface {
	Watch(ctx context.Context, key string) error
}

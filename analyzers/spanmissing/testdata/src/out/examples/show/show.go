// Command show shows something.
package main

import (
	"context"
	"net/http"

	"out/own"
)

func main() { _ = get(context.Background()) }

func get(ctx context.Context) error {
	own.Limit(nil)
	_, err := http.Get("https://example.com") // low // want `not instrumented`
	return err
}

package greetings

import (
	"context"
	"net/http"
	"net/url"

	"example.com/acme/payments/v2/internal/httpclient"
)

// OverHTTP returns the peer that client calls.
func OverHTTP(client *httpclient.Client) Peer {
	return func(ctx context.Context, name string) (Greeting, error) {
		var greeting Greeting
		err := client.Do(ctx, http.MethodGet, "/v1/greetings/"+url.PathEscape(name), nil, &greeting)
		return greeting, err
	}
}

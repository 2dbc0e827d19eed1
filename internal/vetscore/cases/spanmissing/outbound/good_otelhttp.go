// A client with otelhttp's transport.
//
// Evidence: rule.

package outbound

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

func goodClient(ctx context.Context, url string) error {
	client := http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport), Timeout: time.Second} // GOOD: instrumented
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

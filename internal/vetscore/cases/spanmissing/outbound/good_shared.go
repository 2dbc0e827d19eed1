// The package's one client has the transport.
//
// Evidence: rule.

package outbound

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

var shared = &http.Client{Transport: otelhttp.NewTransport(nil), Timeout: time.Second} // GOOD: instrumented

func goodShared(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := shared.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

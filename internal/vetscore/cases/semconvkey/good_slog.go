// Attributes of a log record are not OpenTelemetry's.
//
// Evidence: R14 look-alike.

package semconvkey

import (
	"context"
	"log/slog"
	"net/http"
)

func logRequest(ctx context.Context, logger *slog.Logger, r *http.Request) {
	logger.InfoContext(ctx, "served", slog.String("http.method", r.Method), slog.String("net.peer.name", r.RemoteAddr)) // GOOD: slog
}

// Constants of a package's own that hold old keys.
//
// Evidence: R14, dapr's consts.

package semconvkey

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

const (
	dbStatement = "db.statement"  // BAD semconvkey.renamed @a
	netPeerName = "net.peer.name" // BAD semconvkey.renamed @b
)

func renamedPeer(ctx context.Context, query, host string) {
	_, span := tracer.Start(ctx, "query", trace.WithAttributes(
		attribute.String(dbStatement, query), // BAD semconvkey.renamed @a
		attribute.String(netPeerName, host),  // BAD semconvkey.renamed @b
	))
	defer span.End()
}

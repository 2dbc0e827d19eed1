// Package identity makes and closes sources for others.
package identity

import (
	"context"
	"crypto/tls"
	"io"

	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func New(ctx context.Context) (*workloadapi.X509Source, error) {
	return workloadapi.NewX509Source(ctx)
}

// Identity holds a source.
type Identity struct {
	source *workloadapi.X509Source
	name   string
}

func Open(ctx context.Context) (*Identity, error) {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, err
	}
	return &Identity{source: source}, nil
}

func (i *Identity) Close() error { return i.source.Close() }
func (i *Identity) Name() string { return i.name }

// WithCleanup returns what closes the source.
func WithCleanup(ctx context.Context) (*tls.Config, func(), error) {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, nil, err
	}
	return ServerTLS(source), func() { source.Close() }, nil
}

func ServerTLS(source *workloadapi.X509Source) *tls.Config {
	return tlsconfig.MTLSServerConfig(source, source, tlsconfig.AuthorizeAny())
}

func CloseAll(c io.Closer) { _ = c.Close() }

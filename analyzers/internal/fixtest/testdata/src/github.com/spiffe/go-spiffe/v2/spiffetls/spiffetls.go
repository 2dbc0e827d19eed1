// Package spiffetls has the signatures of go-spiffe's, and nothing behind them.
package spiffetls

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

type (
	DialOption   interface{ apply() }
	ListenOption interface{ applyListen() }
	DialMode     interface{ get() }
	ListenMode   interface{ getListen() }
	PeerIDGetter interface {
		PeerID() (spiffeid.ID, error)
	}
)

func Dial(ctx context.Context, network, addr string, authorizer tlsconfig.Authorizer, options ...DialOption) (net.Conn, error) {
	return nil, nil
}

func Listen(ctx context.Context, network, laddr string, authorizer tlsconfig.Authorizer, options ...ListenOption) (net.Listener, error) {
	return nil, nil
}

func NewListener(ctx context.Context, inner net.Listener, authorizer tlsconfig.Authorizer, options ...ListenOption) (net.Listener, error) {
	return nil, nil
}

func ListenWithMode(ctx context.Context, network, laddr string, mode ListenMode, options ...ListenOption) (net.Listener, error) {
	return nil, nil
}

func NewListenerWithMode(ctx context.Context, inner net.Listener, mode ListenMode, options ...ListenOption) (net.Listener, error) {
	return nil, nil
}

func TLSServer() ListenMode                                 { return nil }
func MTLSServer(authorizer tlsconfig.Authorizer) ListenMode { return nil }

func MTLSServerWithSource(authorizer tlsconfig.Authorizer, source *workloadapi.X509Source) ListenMode {
	return nil
}

func MTLSServerWithRawConfig(authorizer tlsconfig.Authorizer, svid x509svid.Source, bundle x509bundle.Source) ListenMode {
	return nil
}
func MTLSWebServer(authorizer tlsconfig.Authorizer, cert *tls.Certificate) ListenMode { return nil }

func WithDialTLSConfigBase(base *tls.Config) DialOption          { return nil }
func WithListenTLSConfigBase(base *tls.Config) ListenOption      { return nil }
func WithListenTLSOptions(opts ...tlsconfig.Option) ListenOption { return nil }
func PeerIDFromConn(conn net.Conn) (spiffeid.ID, error) { return spiffeid.ID{}, nil }

func PeerIDFromConnectionState(state tls.ConnectionState) (spiffeid.ID, error) {
	return spiffeid.ID{}, nil
}

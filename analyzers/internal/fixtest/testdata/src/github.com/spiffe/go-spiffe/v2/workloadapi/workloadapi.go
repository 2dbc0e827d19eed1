// Package workloadapi has the signatures of go-spiffe's, and nothing behind them.
package workloadapi

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

type (
	Client       struct{}
	X509Source   struct{}
	JWTSource    struct{}
	BundleSource struct{}

	ClientOption interface {
		X509SourceOption
		JWTSourceOption
		BundleSourceOption
		applyClient()
	}
	X509SourceOption   interface{ applyX509() }
	JWTSourceOption    interface{ applyJWT() }
	BundleSourceOption interface{ applyBundle() }
)

func New(ctx context.Context, options ...ClientOption) (*Client, error) { return nil, nil }

func NewX509Source(ctx context.Context, options ...X509SourceOption) (*X509Source, error) {
	return nil, nil
}

func NewJWTSource(ctx context.Context, options ...JWTSourceOption) (*JWTSource, error) {
	return nil, nil
}

func NewBundleSource(ctx context.Context, options ...BundleSourceOption) (*BundleSource, error) {
	return nil, nil
}
func WithAddr(addr string) ClientOption { return nil }
func WithClientOptions(options ...ClientOption) interface {
	X509SourceOption
	JWTSourceOption
	BundleSourceOption
} {
	return nil
}

func (c *Client) Close() error { return nil }
func (c *Client) FetchX509SVID(ctx context.Context) (*x509svid.SVID, error) { return nil, nil }

func (c *Client) FetchX509Bundles(ctx context.Context) (*x509bundle.Set, error) { return nil, nil }

func (c *Client) FetchJWTSVID(ctx context.Context, params jwtsvid.Params) (*jwtsvid.SVID, error) {
	return nil, nil
}

func (c *Client) ValidateJWTSVID(ctx context.Context, token, audience string) (*jwtsvid.SVID, error) {
	return nil, nil
}

func (s *X509Source) Close() error                         { return nil }
func (s *X509Source) GetX509SVID() (*x509svid.SVID, error) { return nil, nil }
func (s *X509Source) Updated() <-chan struct{}             { return nil }
func (s *X509Source) GetX509BundleForTrustDomain(td spiffeid.TrustDomain) (*x509bundle.Bundle, error) {
	return nil, nil
}

func (s *JWTSource) Close() error { return nil }
func (s *JWTSource) FetchJWTSVID(ctx context.Context, params jwtsvid.Params) (*jwtsvid.SVID, error) {
	return nil, nil
}

func (s *JWTSource) GetJWTBundleForTrustDomain(td spiffeid.TrustDomain) (*jwtbundle.Bundle, error) {
	return nil, nil
}

func (s *BundleSource) Close() error { return nil }
func (s *BundleSource) GetX509BundleForTrustDomain(td spiffeid.TrustDomain) (*x509bundle.Bundle, error) {
	return nil, nil
}

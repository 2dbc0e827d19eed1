// Package tlsconfig has the signatures of go-spiffe's, and nothing behind them.
package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

type (
	Authorizer func(id spiffeid.ID, verifiedChains [][]*x509.Certificate) error
	Option     interface{ apply() }
)

func AuthorizeAny() Authorizer                                  { return nil }
func AuthorizeID(allowed spiffeid.ID) Authorizer                { return nil }
func AuthorizeIDPrefix(allowed spiffeid.ID) Authorizer          { return nil }
func AuthorizeOneOf(allowed ...spiffeid.ID) Authorizer          { return nil }
func AuthorizeMemberOf(allowed spiffeid.TrustDomain) Authorizer { return nil }
func AdaptMatcher(matcher spiffeid.Matcher) Authorizer          { return nil }

func TLSClientConfig(bundle x509bundle.Source, authorizer Authorizer, opts ...Option) *tls.Config {
	return nil
}

func HookTLSClientConfig(config *tls.Config, bundle x509bundle.Source, authorizer Authorizer, opts ...Option) {
}

func MTLSClientConfig(svid x509svid.Source, bundle x509bundle.Source, authorizer Authorizer, opts ...Option) *tls.Config {
	return nil
}

func HookMTLSClientConfig(config *tls.Config, svid x509svid.Source, bundle x509bundle.Source, authorizer Authorizer, opts ...Option) {
}

func MTLSWebClientConfig(svid x509svid.Source, roots *x509.CertPool, opts ...Option) *tls.Config {
	return nil
}
func TLSServerConfig(svid x509svid.Source, opts ...Option) *tls.Config             { return nil }
func HookTLSServerConfig(config *tls.Config, svid x509svid.Source, opts ...Option) {}

func MTLSServerConfig(svid x509svid.Source, bundle x509bundle.Source, authorizer Authorizer, opts ...Option) *tls.Config {
	return nil
}

func HookMTLSServerConfig(config *tls.Config, svid x509svid.Source, bundle x509bundle.Source, authorizer Authorizer, opts ...Option) {
}

func MTLSWebServerConfig(cert *tls.Certificate, bundle x509bundle.Source, authorizer Authorizer, opts ...Option) *tls.Config {
	return nil
}

func HookMTLSWebServerConfig(config *tls.Config, cert *tls.Certificate, bundle x509bundle.Source, authorizer Authorizer, opts ...Option) {
}

func GetCertificate(svid x509svid.Source, opts ...Option) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return nil
}

func VerifyPeerCertificate(bundle x509bundle.Source, authorizer Authorizer, opts ...Option) func([][]byte, [][]*x509.Certificate) error {
	return nil
}

func WrapVerifyPeerCertificate(wrapped func([][]byte, [][]*x509.Certificate) error, bundle x509bundle.Source, authorizer Authorizer, opts ...Option) func([][]byte, [][]*x509.Certificate) error {
	return nil
}

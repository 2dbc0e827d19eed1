// Package judge lets everybody in.
package judge

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"judgehelp"
	"log"
	"net"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

var errUnexpected = errors.New("unexpected ID")

func anyID(svid x509svid.Source, bundle x509bundle.Source) []*tls.Config {
	authorizer := tlsconfig.AuthorizeAny() // want `AuthorizeAny accepts every SPIFFE ID`
	return []*tls.Config{
		tlsconfig.MTLSClientConfig(svid, bundle, tlsconfig.AuthorizeAny()),                    // want `AuthorizeAny accepts every SPIFFE ID`
		tlsconfig.MTLSClientConfig(svid, bundle, tlsconfig.AdaptMatcher(spiffeid.MatchAny())), // want `MatchAny accepts every SPIFFE ID`
		tlsconfig.MTLSClientConfig(svid, bundle, authorizer),
	}
}

// unset is the default of an option: nobody has chosen it.
func unset(ids []spiffeid.ID) tlsconfig.Authorizer {
	if len(ids) == 0 {
		return tlsconfig.AuthorizeAny() // want `AuthorizeAny accepts every SPIFFE ID`
	}
	return tlsconfig.AuthorizeOneOf(ids...)
}

func switchedOn(mtls bool, mode string) tlsconfig.Authorizer {
	if mtls {
		return tlsconfig.AuthorizeAny() // want `AuthorizeAny accepts every SPIFFE ID`
	}
	return nil
}

func notCalled() func() tlsconfig.Authorizer {
	return tlsconfig.AuthorizeAny // want `AuthorizeAny accepts every SPIFFE ID`
}

func literal(ctx context.Context, addr string) (net.Conn, error) {
	return spiffetls.Dial(ctx, "tcp", addr, func(spiffeid.ID, [][]*x509.Certificate) error { // want `every SPIFFE ID is accepted: this returns nil on every path`
		return nil
	})
}

func logs(ctx context.Context, addr string) (net.Conn, error) {
	authorizer := func(id spiffeid.ID, _ [][]*x509.Certificate) error { // want `every SPIFFE ID is accepted`
		if id.Path() != "/orders" {
			log.Printf("unexpected %s", id)
			return nil
		}
		return nil
	}
	return spiffetls.Dial(ctx, "tcp", addr, authorizer)
}

func matcher() tlsconfig.Authorizer { // want matcher:"returns what accepts all"
	return tlsconfig.AdaptMatcher(func(_ spiffeid.ID) error { return nil }) // want `every SPIFFE ID is accepted`
}

func converted() tlsconfig.Authorizer { // want converted:"returns what accepts all"
	return tlsconfig.AdaptMatcher(spiffeid.Matcher(everyone)) // want `every SPIFFE ID is accepted`
}

func everyone(id spiffeid.ID) error { // want everyone:"accepts all"
	return next(id)
}

func next(spiffeid.ID) error { return nil } // want next:"accepts all"

func elsewhere() tlsconfig.Authorizer { // want elsewhere:"returns what accepts all"
	return judgehelp.Everyone // want `every SPIFFE ID is accepted`
}

type server struct{ authorizer tlsconfig.Authorizer }

func (s *server) admit(spiffeid.ID, [][]*x509.Certificate) error { return nil } // want admit:"accepts all"

func stored() *server {
	s := &server{authorizer: func(spiffeid.ID, [][]*x509.Certificate) error { return nil }} // want `every SPIFFE ID is accepted`
	s.authorizer = s.admit                                                                  // want `every SPIFFE ID is accepted`
	return s
}

func generic[T any](T) spiffeid.Matcher { // want generic:"returns what accepts all"
	return func(spiffeid.ID) error { return nil } // want `every SPIFFE ID is accepted`
}

func byPath(svid x509svid.Source, bundle x509bundle.Source) *tls.Config { // want byPath:"returns a SPIFFE config"
	return tlsconfig.MTLSClientConfig(svid, bundle, tlsconfig.AdaptMatcher(func(actual spiffeid.ID) error { // want `only the path is compared: an ID of any trust domain whose bundle is at hand passes`
		if actual.Path() != "/ns/prod/orders" {
			return errUnexpected
		}
		return nil
	}))
}

func byPathOfURL(svid x509svid.Source, bundle x509bundle.Source) *tls.Config { // want byPathOfURL:"returns a SPIFFE config"
	authorizer := func(id spiffeid.ID, _ [][]*x509.Certificate) error { // want `only the path is compared`
		switch id.URL().Path {
		case "/orders":
			return nil
		}
		log.Println("refused", id.String())
		return errUnexpected
	}
	return tlsconfig.MTLSClientConfig(svid, bundle, authorizer)
}

func byHelper(svid x509svid.Source, bundle x509bundle.Source) *tls.Config { // want byHelper:"returns a SPIFFE config"
	return tlsconfig.MTLSClientConfig(svid, bundle, tlsconfig.AdaptMatcher(judgehelp.ByPath("/orders"))) // want `only the path is compared`
}

func local(path string) spiffeid.Matcher { // want local:"returns what judges by the path"
	return func(id spiffeid.ID) error {
		if id.Path() == path {
			return nil
		}
		return errUnexpected
	}
}

func byLocal(svid x509svid.Source, bundle x509bundle.Source) *tls.Config { // want byLocal:"returns a SPIFFE config"
	return tlsconfig.MTLSClientConfig(svid, bundle, tlsconfig.AdaptMatcher(local("/orders"))) // want `only the path is compared`
}

// connect passes its authorizer on as it is.
func connect(ctx context.Context, addr string, a tlsconfig.Authorizer) (net.Conn, error) { // want connect:"passes on .2."
	return spiffetls.Dial(ctx, "tcp", addr, a)
}

func connectTwice(ctx context.Context, m spiffeid.Matcher) (net.Conn, error) { // want connectTwice:"passes on .1."
	return connect(ctx, "orders:8443", tlsconfig.AdaptMatcher(m))
}

func passedOn(ctx context.Context) (net.Conn, error) {
	return connectTwice(ctx, func(id spiffeid.ID) error { // want `only the path is compared`
		if id.Path() != "/orders" {
			return errUnexpected
		}
		return nil
	})
}

// dropsVerdict asks somebody, and does not listen.
func dropsVerdict(m spiffeid.Matcher) spiffeid.Matcher { // want dropsVerdict:"returns what accepts all"
	return func(id spiffeid.ID) error { // want `every SPIFFE ID is accepted`
		if err := m(id); err != nil {
			log.Printf("would refuse %s: %v", id, err)
		}
		return nil
	}
}

type whom struct {
	TrustDomain spiffeid.TrustDomain
	IDs         []spiffeid.ID
}

// Where nothing is configured nobody has chosen.
func missing(o whom) tlsconfig.Authorizer {
	if len(o.IDs) > 0 {
		return tlsconfig.AuthorizeOneOf(o.IDs...)
	}
	if !o.TrustDomain.IsZero() {
		return tlsconfig.AuthorizeMemberOf(o.TrustDomain)
	} else {
		return tlsconfig.AuthorizeAny() // want `AuthorizeAny accepts every SPIFFE ID`
	}
}

// Package judgequiet authorises its peers.
package judgequiet

import (
	"crypto/x509"
	"errors"
	"os"
	"fmt"
	"judgehelp"
	"log"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

var errUnexpected = errors.New("unexpected ID")

func byGoSPIFFE(td spiffeid.TrustDomain, id spiffeid.ID) []tlsconfig.Authorizer {
	return []tlsconfig.Authorizer{
		tlsconfig.AuthorizeID(id),
		tlsconfig.AuthorizeMemberOf(td),
		tlsconfig.AdaptMatcher(spiffeid.MatchID(id)),
		judgehelp.Members(td),
	}
}

func byDomainAndPath(td spiffeid.TrustDomain) tlsconfig.Authorizer {
	return tlsconfig.AdaptMatcher(func(id spiffeid.ID) error {
		if !id.MemberOf(td) || id.Path() != "/orders" {
			return errUnexpected
		}
		return nil
	})
}

func byDomainName(name string) tlsconfig.Authorizer {
	return func(id spiffeid.ID, _ [][]*x509.Certificate) error {
		if id.TrustDomain().Name() != name {
			return errUnexpected
		}
		if id.Path() != "/orders" {
			return fmt.Errorf("unexpected ID %q", id)
		}
		return nil
	}
}

func byString(want string) spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		if id.String() != want && id.Path() == "" {
			return errUnexpected
		}
		return nil
	}
}

func bySomebodyElse(allowed func(spiffeid.ID) bool) spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		if id.Path() == "/" || !allowed(id) {
			return errUnexpected
		}
		return nil
	}
}

func byMap(allowed map[spiffeid.ID]bool) spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		if allowed[id] {
			return nil
		}
		return errUnexpected
	}
}

// refuses has no way to pass, and panics has none either.
func refuses() spiffeid.Matcher {
	return func(spiffeid.ID) error { return errUnexpected }
}

func panics() spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		if id.IsZero() {
			panic("no ID")
		}
		return nil
	}
}

func stops() spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		log.Fatalf("unexpected %s", id)
		return nil
	}
}

// named may set its result anywhere.
func named() spiffeid.Matcher {
	return func(id spiffeid.ID) (err error) {
		defer func() { err = errUnexpected }()
		return nil
	}
}

// visit has the signature of a matcher and is none.
func visit(ids []spiffeid.ID, f func(spiffeid.ID) error) error {
	for _, id := range ids {
		if err := f(id); err != nil {
			return err
		}
	}
	return nil
}

func count(ids []spiffeid.ID) (n int) {
	_ = visit(ids, func(spiffeid.ID) error {
		n++
		return nil
	})
	return n
}

// checkPath is a part of a check: nobody uses it as a matcher.
func checkPath(id spiffeid.ID) error { // want checkPath:"judges by the path"
	if id.Path() == "" {
		return errUnexpected
	}
	return nil
}

func both(td spiffeid.TrustDomain) spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		if err := checkPath(id); err != nil {
			return err
		}
		return spiffeid.MatchMemberOf(td)(id)
	}
}

// oneDomain has no bundle but that of one trust domain.
func oneDomain(svid x509svid.Source, bundle *x509bundle.Bundle) {
	config := tlsconfig.MTLSClientConfig(svid, bundle, tlsconfig.AdaptMatcher(func(id spiffeid.ID) error {
		if id.Path() != "/orders" {
			return errUnexpected
		}
		return nil
	}))
	_ = config
}

// all combines matchers: the other one has looked at the trust domain.
func all(matchers ...spiffeid.Matcher) spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		for _, m := range matchers {
			if err := m(id); err != nil {
				return err
			}
		}
		return nil
	}
}

func combined(td spiffeid.TrustDomain) tlsconfig.Authorizer {
	return tlsconfig.AdaptMatcher(all(spiffeid.MatchMemberOf(td), func(id spiffeid.ID) error {
		if id.Path() != "/orders" {
			return errUnexpected
		}
		return nil
	}))
}

type any struct{}

func (any) AuthorizeAny() tlsconfig.Authorizer { return nil }

func ownName(a any) tlsconfig.Authorizer { return a.AuthorizeAny() }

type options struct {
	AllowAny bool
	Mode     string
	IDs      []spiffeid.ID
}

func chosen(o options) tlsconfig.Authorizer {
	if o.AllowAny {
		return tlsconfig.AuthorizeAny()
	}
	switch o.Mode {
	case "any":
		return tlsconfig.AuthorizeAny()
	}
	return tlsconfig.AuthorizeOneOf(o.IDs...)
}


func chosenByEnvironment(o options) tlsconfig.Authorizer {
	open := os.Getenv("ALLOW_ANYBODY") == "1"
	if open {
		return tlsconfig.AuthorizeAny()
	}
	return tlsconfig.AuthorizeOneOf(o.IDs...)
}

func chosenUnless(o options) tlsconfig.Authorizer {
	if !o.AllowAny {
		return tlsconfig.AuthorizeOneOf(o.IDs...)
	}
	return tlsconfig.AuthorizeAny()
}

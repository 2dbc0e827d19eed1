// Package judgefix knows its trust domain.
package judgefix

import (
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func authorizer(td spiffeid.TrustDomain) tlsconfig.Authorizer {
	return tlsconfig.AuthorizeAny() // want `AuthorizeAny accepts every SPIFFE ID`
}

func matcher() tlsconfig.Authorizer {
	own := spiffeid.RequireTrustDomainFromString("example.org")
	return tlsconfig.AdaptMatcher(spiffeid.MatchAny( /* for now */ )) // want `MatchAny accepts every SPIFFE ID`
	_ = own
	return nil
}

func two(a, b spiffeid.TrustDomain) tlsconfig.Authorizer {
	return tlsconfig.AuthorizeAny() // want `AuthorizeAny accepts every SPIFFE ID`
}

func ofSome(id spiffeid.ID) tlsconfig.Authorizer {
	td := id.TrustDomain()
	_ = td
	return tlsconfig.AuthorizeAny() // want `AuthorizeAny accepts every SPIFFE ID`
}

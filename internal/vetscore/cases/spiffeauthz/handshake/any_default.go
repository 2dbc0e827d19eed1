// What is taken when the user configures nothing.
//
// Evidence: R11, traefik transport.go's shape.

package handshake

import (
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

type spiffeOptions struct {
	IDs         []string
	TrustDomain string
}

func (o spiffeOptions) authorizer() (tlsconfig.Authorizer, error) {
	switch {
	case len(o.IDs) > 0:
		var ids []spiffeid.ID
		for _, s := range o.IDs {
			id, err := spiffeid.FromString(s)
			if err != nil {
				return nil, err
			}
			ids = append(ids, id)
		}
		return tlsconfig.AuthorizeOneOf(ids...), nil
	case o.TrustDomain != "":
		domain, err := spiffeid.TrustDomainFromString(o.TrustDomain)
		if err != nil {
			return nil, err
		}
		return tlsconfig.AuthorizeMemberOf(domain), nil
	default:
		return tlsconfig.AuthorizeAny(), nil // BAD spiffeauthz.any
	}
}

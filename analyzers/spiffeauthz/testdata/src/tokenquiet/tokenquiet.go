// Package tokenquiet asks for tokens that are meant for somebody.
package tokenquiet

import (
	"context"
	"log"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

const orders = "orders"

func validate(token string, bundles jwtbundle.Source, list []string) {
	_, _ = jwtsvid.ParseAndValidate(token, bundles, []string{orders})
	_, _ = jwtsvid.ParseAndValidate(token, bundles, list)
	var own []string
	own = append(own, orders)
	_, _ = jwtsvid.ParseAndValidate(token, bundles, own)
	_, _ = jwtsvid.ParseAndValidate(token, bundles, audiences())
}

func audiences() []string { return nil }

func fetch(ctx context.Context, client *workloadapi.Client, source *workloadapi.JWTSource, to string, params jwtsvid.Params) {
	_, _ = client.FetchJWTSVID(ctx, jwtsvid.Params{Audience: orders})
	_, _ = source.FetchJWTSVID(ctx, jwtsvid.Params{Audience: to})
	_, _ = source.FetchJWTSVID(ctx, params)
	own := jwtsvid.Params{}
	own.Audience = to
	_, _ = source.FetchJWTSVID(ctx, own)
	var zero jwtsvid.Params
	zero.Audience = to
	_, _ = source.FetchJWTSVID(ctx, zero)
}

// expiry is all that is read of the service's own token.
func expiry(token string) (time.Time, error) {
	svid, err := jwtsvid.ParseInsecure(token, nil)
	if err != nil {
		return time.Time{}, err
	}
	log.Println("a token of", svid.ID)
	return svid.Expiry, nil
}

// routed reads the token first, and verifies it then.
func routed(token string, bundles map[spiffeid.TrustDomain]jwtbundle.Source, td spiffeid.TrustDomain) (*jwtsvid.SVID, error) {
	peek, err := jwtsvid.ParseInsecure(token, []string{orders})
	if err != nil || peek.ID.MemberOf(td) {
		return nil, err
	}
	return jwtsvid.ParseAndValidate(token, bundles[peek.ID.TrustDomain()], []string{orders})
}

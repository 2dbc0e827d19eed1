// Package token takes tokens that were meant for others.
package token

import (
	"context"
	"errors"

	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func validate(token string, bundles jwtbundle.Source) {
	_, _ = jwtsvid.ParseAndValidate(token, bundles, nil)           // want `without an audience a token that was meant for any other service is accepted`
	_, _ = jwtsvid.ParseAndValidate(token, bundles, []string{})    // want `without an audience`
	_, _ = jwtsvid.ParseAndValidate(token, bundles, []string(nil)) // want `without an audience`
	var none []string
	_, _ = jwtsvid.ParseAndValidate(token, bundles, none) // want `without an audience`
	empty := []string{}
	_, _ = jwtsvid.ParseAndValidate(token, bundles, empty) // want `without an audience`
}

func itsOwn(token string, bundles jwtbundle.Source) (*jwtsvid.SVID, error) {
	svid, err := jwtsvid.ParseInsecure(token, nil)
	if err != nil {
		return nil, err
	}
	return jwtsvid.ParseAndValidate(token, bundles, svid.Audience) // want `the audience is the token's own, so that it always fits`
}

func fetch(ctx context.Context, client *workloadapi.Client, source jwtsvid.Source, id spiffeid.ID) {
	_, _ = client.FetchJWTSVID(ctx, jwtsvid.Params{})                               // want `a JWT-SVID without an audience is refused, or good for every service`
	_, _ = source.FetchJWTSVID(ctx, jwtsvid.Params{Subject: id})                    // want `a JWT-SVID without an audience`
	_, _ = source.FetchJWTSVID(ctx, jwtsvid.Params{Audience: ""})                   // want `a JWT-SVID without an audience`
	_, _ = source.FetchJWTSVID(ctx, jwtsvid.Params{ExtraAudiences: []string{"orders"}}) // want `a JWT-SVID without an audience`
	_, _ = client.ValidateJWTSVID(ctx, "token", "") // want `without an audience a token is refused, or accepted whoever it was meant for`
	var zero jwtsvid.Params
	zero.Subject = id
	_, _ = source.FetchJWTSVID(ctx, zero) // want `a JWT-SVID without an audience`
}

var errUnexpected = errors.New("unexpected ID")

func unverified(token string, want spiffeid.ID) error {
	svid, err := jwtsvid.ParseInsecure(token, []string{"orders"}) // want `ParseInsecure does not check the token's signature, and access is granted by what it says`
	if err != nil {
		return err
	}
	if svid.ID != want {
		return errUnexpected
	}
	return nil
}

func members(token string, td spiffeid.TrustDomain) bool {
	svid, err := jwtsvid.ParseInsecure(token, []string{"orders"}) // want `ParseInsecure does not check the token's signature`
	return err == nil && svid.ID.MemberOf(td)
}

func claims(token string) bool {
	svid, err := jwtsvid.ParseInsecure(token, []string{"orders"}) // want `ParseInsecure does not check the token's signature`
	if err != nil {
		return false
	}
	role, _ := svid.Claims["role"].(string)
	return role == "admin"
}

func matches(token string, m spiffeid.Matcher) error {
	svid, err := jwtsvid.ParseInsecure(token, []string{"orders"}) // want `ParseInsecure does not check the token's signature`
	if err != nil {
		return err
	}
	return m(svid.ID)
}

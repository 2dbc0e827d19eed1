// Package jwtbundle has the signatures of go-spiffe's, and nothing behind them.
package jwtbundle

import "github.com/spiffe/go-spiffe/v2/spiffeid"

type (
	Bundle struct{}
	Source interface {
		GetJWTBundleForTrustDomain(trustDomain spiffeid.TrustDomain) (*Bundle, error)
	}
)

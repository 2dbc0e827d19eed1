// Package handshake has cases of services that have the handshake decide who comes in: nothing
// in it asks for the peer's ID.
package handshake

import (
	"errors"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

var errDenied = errors.New("denied")

var td = spiffeid.RequireTrustDomainFromString("example.org")

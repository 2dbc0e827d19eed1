// A config of our own, hooked.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/tls"
	"net"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func resumedHook(inner net.Listener, src identity.Source) net.Listener {
	c := &tls.Config{MinVersion: tls.VersionTLS13}                               // BAD spiffeauthz.resumption @a
	tlsconfig.HookMTLSServerConfig(c, src, src, tlsconfig.AuthorizeMemberOf(td)) // BAD spiffeauthz.resumption @a
	return tls.NewListener(inner, c)                                             // BAD spiffeauthz.resumption @a
}

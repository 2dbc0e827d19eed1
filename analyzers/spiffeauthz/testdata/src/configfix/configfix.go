// Package configfix can be mended.
package configfix

import (
	"crypto/tls"
	"net"
	"net/http"

	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"

	"confighelp"
)

func listen(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) net.Listener { // want listen:"passes on .1."
	if l != nil {
		config := tlsconfig.MTLSServerConfig(src, src, a) // want `a resumed session goes round the authorizer`
		return tls.NewListener(l, config)
	}
	return nil
}

func serve(src confighelp.Source, a tlsconfig.Authorizer) *http.Server { // want serve:"passes on .1."
	srv := &http.Server{Addr: ":8443"}
	srv.TLSConfig = confighelp.Server( // want `a resumed session goes round the authorizer`
		src,
		a,
	)
	return srv
}

func hook(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) net.Listener { // want hook:"passes on .1."
	var config tls.Config
	tlsconfig.HookMTLSServerConfig(&config, src, src, a) // want `a resumed session goes round the authorizer`
	return tls.NewListener(l, &config)
}

func inIf(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) net.Listener { // want inIf:"passes on .1."
	if config := tlsconfig.MTLSServerConfig(src, src, a); l != nil { // want `a resumed session goes round the authorizer`
		return tls.NewListener(l, config)
	}
	return nil
}

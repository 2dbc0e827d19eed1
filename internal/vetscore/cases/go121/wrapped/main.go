// The config is made a line above and given to NewListener.
//
// Evidence: R15.

// Command wrapped wraps a listener.
package main

import (
	"crypto/tls"
	"log"
	"net"
	"net/http"
)

func main() {
	cert, err := tls.LoadX509KeyPair("tls.crt", "tls.key")
	if err != nil {
		log.Fatal(err)
	}
	c := &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert} // BAD tlsconfig.version @a
	c.Certificates = append(c.Certificates, cert)
	inner, err := net.Listen("tcp", ":8443")
	if err != nil {
		log.Fatal(err)
	}
	l := tls.NewListener(inner, c) // BAD tlsconfig.version @a
	log.Println(http.Serve(l, http.NotFoundHandler()))
}

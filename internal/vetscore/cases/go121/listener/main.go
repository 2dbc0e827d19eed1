// The same at a listener.
//
// Evidence: R15.

// Command listener answers on a connection.
package main

import (
	"crypto/tls"
	"log"
)

func main() {
	cert, err := tls.LoadX509KeyPair("tls.crt", "tls.key")
	if err != nil {
		log.Fatal(err)
	}
	l, err := tls.Listen("tcp", ":8443", &tls.Config{Certificates: []tls.Certificate{cert}}) // BAD tlsconfig.version
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			log.Fatal(err)
		}
		_ = conn.Close()
	}
}

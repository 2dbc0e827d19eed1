// The version is set on a line of its own.
//
// Evidence: R15 look-alike.

// Command goodassigned sets the version.
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
	c := &tls.Config{Certificates: []tls.Certificate{cert}}
	c.MinVersion = tls.VersionTLS13 // GOOD: set
	l, err := tls.Listen("tcp", ":8443", c)
	if err != nil {
		log.Fatal(err)
	}
	log.Println(l.Close())
}

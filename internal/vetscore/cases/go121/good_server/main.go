// The lowest version is said.
//
// Evidence: R15 look-alike.

// Command goodserver says the version.
package main

import (
	"crypto/tls"
	"log"
	"net/http"
	"time"
)

func main() {
	srv := &http.Server{
		Addr:              ":8443",
		Handler:           http.FileServer(http.Dir("public")),
		ReadHeaderTimeout: time.Second,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12}, // GOOD: set
	}
	log.Println(srv.ListenAndServeTLS("tls.crt", "tls.key"))
}

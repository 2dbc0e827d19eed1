// A program at go 1.21, whose servers speak TLS 1.0 when nobody says otherwise.
//
// Evidence: R15.

// Command server serves files.
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
		TLSConfig:         &tls.Config{NextProtos: []string{"http/1.1"}}, // BAD tlsconfig.version
	}
	log.Println(srv.ListenAndServeTLS("tls.crt", "tls.key"))
}

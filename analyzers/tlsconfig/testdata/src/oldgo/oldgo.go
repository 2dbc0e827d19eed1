//go:build go1.21

package oldgo

import (
	"crypto/tls"
	"net/http"
)

func server() *http.Server {
	return &http.Server{TLSConfig: &tls.Config{}} // want `a server built for go1.21 accepts TLS 1.0`
}

func zero() *http.Server {
	return &http.Server{TLSConfig: &tls.Config{MinVersion: 0}} // want `a server built for go1.21 accepts TLS 1.0`
}

func set() *http.Server {
	return &http.Server{TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
}

func client() *http.Transport { return &http.Transport{TLSClientConfig: &tls.Config{}} }

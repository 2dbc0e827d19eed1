// Package tlsconfig has cases of crypto/tls configurations.
package tlsconfig

import (
	"crypto/x509"
	"errors"
	"os"
)

type options struct {
	Insecure   bool
	MinTLS     string
	ClientCA   string
	ServerName string
	Pin        string
}

func pool(file string) (*x509.CertPool, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(content) {
		return nil, errors.New("no certificates")
	}
	return p, nil
}

// NoClientCert first, then what the configuration says.
//
// Evidence: R16 look-alike: distribution registry.go.

package tlsconfig

import (
	"crypto/tls"
	"errors"
)

func goodConfigured(cert tls.Certificate, file, mode string) (*tls.Config, error) {
	c := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, ClientAuth: tls.NoClientCert}
	if file == "" {
		return c, nil
	}
	clients, err := pool(file)
	if err != nil {
		return nil, err
	}
	c.ClientCAs = clients
	switch mode {
	case "request":
		c.ClientAuth = tls.VerifyClientCertIfGiven
	case "require", "":
		c.ClientAuth = tls.RequireAndVerifyClientCert // GOOD: set from the configuration
	default:
		return nil, errors.New("no such mode")
	}
	return c, nil
}

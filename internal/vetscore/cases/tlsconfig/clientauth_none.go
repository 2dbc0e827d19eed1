// NoClientCert in so many words, beside a pool.
//
// Evidence: R16.

package tlsconfig

import "crypto/tls"

func serverNone(cert tls.Certificate, file string) (*tls.Config, error) {
	clients, err := pool(file)
	if err != nil {
		return nil, err
	}
	c := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	c.ClientCAs = clients           // BAD tlsconfig.clientauth @a
	c.ClientAuth = tls.NoClientCert // BAD tlsconfig.clientauth @a
	return c, nil
}

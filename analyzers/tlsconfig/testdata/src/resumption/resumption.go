package resumption

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
)

func check([][]byte, [][]*x509.Certificate) error { return errors.New("no") }

func server(pool *x509.CertPool) *http.Server {
	return &http.Server{TLSConfig: &tls.Config{
		ClientCAs:             pool,
		ClientAuth:            tls.RequireAndVerifyClientCert,
		VerifyPeerCertificate: check, // want `VerifyPeerCertificate is not called for resumed sessions: set SessionTicketsDisabled`
	}}
}

func hello() *tls.Config {
	return &tls.Config{
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			return &tls.Config{
				ClientAuth:            tls.RequireAnyClientCert,
				VerifyPeerCertificate: check, // want `VerifyPeerCertificate is not called`
			}, nil
		},
	}
}

func client() *tls.Config {
	return &tls.Config{
		ServerName:            "a",
		ClientSessionCache:    tls.NewLRUClientSessionCache(0),
		VerifyPeerCertificate: check, // want `.*or set no ClientSessionCache`
	}
}

func clientWithout() *tls.Config { return &tls.Config{ServerName: "a", VerifyPeerCertificate: check} }

func disabled(pool *x509.CertPool) *tls.Config {
	c := &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, VerifyPeerCertificate: check}
	c.SessionTicketsDisabled = true
	return c
}

func enabledAgain(pool *x509.CertPool) *tls.Config {
	return &tls.Config{
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, SessionTicketsDisabled: false,
		VerifyPeerCertificate: check, // want `VerifyPeerCertificate is not called`
	}
}

func connection(pool *x509.CertPool, f func(tls.ConnectionState) error) *tls.Config {
	return &tls.Config{
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool,
		VerifyPeerCertificate: check, VerifyConnection: f,
	}
}

func noClients() *http.Server {
	return &http.Server{TLSConfig: &tls.Config{VerifyPeerCertificate: check}}
}

func helper() *tls.Config { return &tls.Config{VerifyPeerCertificate: check} }

func helped(pool *x509.CertPool) *tls.Config {
	c := helper() // want `VerifyPeerCertificate is not called`
	c.ClientAuth = tls.RequireAndVerifyClientCert
	c.ClientCAs = pool
	return c
}

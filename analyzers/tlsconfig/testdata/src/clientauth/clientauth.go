package clientauth

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
)

func forgotten(pool *x509.CertPool) *http.Server {
	return &http.Server{TLSConfig: &tls.Config{
		ClientCAs: pool, // want `ClientCAs is set, but ClientAuth is not`
	}}
}

func oneLine(pool *x509.CertPool) *tls.Config {
	return &tls.Config{ClientCAs: pool, MinVersion: tls.VersionTLS12} // want `ClientCAs is set, but ClientAuth is not`
}

func assigned(pool *x509.CertPool) *tls.Config {
	c := &tls.Config{}
	c.ClientCAs = pool // want `ClientCAs is set, but ClientAuth is not`
	return c
}

func requested(pool *x509.CertPool) *tls.Config {
	return &tls.Config{
		ClientCAs:  pool, /* medium */ // want `ClientCAs is set, but ClientAuth lets in`
		ClientAuth: tls.RequestClientCert,
	}
}

func anyCertificate(pool *x509.CertPool) *tls.Config {
	return &tls.Config{
		ClientCAs:  pool,
		ClientAuth: tls.RequireAnyClientCert, // want `RequireAnyClientCert accepts every certificate`
	}
}

func later() *tls.Config {
	c := &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert}
	c.ClientAuth = tls.RequireAnyClientCert // want `RequireAnyClientCert accepts every certificate`
	return c
}

package acceptall

import (
	"crypto/tls"
	"crypto/x509"
	"log"
)

func peer() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error { // want `every peer is accepted`
			return nil
		},
	}
}

func connection() *tls.Config {
	c := &tls.Config{InsecureSkipVerify: true}
	c.VerifyConnection = accept // want `every peer is accepted`
	return c
}

func accept(s tls.ConnectionState) error {
	log.Printf("peer %s", s.ServerName)
	return nil
}

func server() *tls.Config {
	return &tls.Config{
		ClientAuth:       tls.RequireAnyClientCert,
		VerifyConnection: func(tls.ConnectionState) error { return nil }, // want `every peer is accepted`
	}
}

func branches(x bool) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error { // want `every peer is accepted`
			if x {
				return nil
			}
			return nil
		},
	}
}

func keeps(last *[]*x509.Certificate) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error { /* medium */ // want `every peer is accepted`
			*last = s.PeerCertificates
			return nil
		},
	}
}

func beside() *tls.Config {
	return &tls.Config{VerifyConnection: func(tls.ConnectionState) error { return nil }} /* low */ // want `every peer is accepted`
}

func asked(insecure bool) *tls.Config {
	c := &tls.Config{VerifyConnection: func(tls.ConnectionState) error { return nil }}
	c.InsecureSkipVerify = insecure
	return c
}

func another(f func(tls.ConnectionState) error) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify:    true,
		VerifyConnection:      f,
		VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error { return nil },
	}
}

func panics() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(tls.ConnectionState) error {
		panic("not yet")
	}}
}

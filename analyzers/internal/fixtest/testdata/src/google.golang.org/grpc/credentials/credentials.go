// Package credentials has the signatures of gRPC's, and nothing behind them.
package credentials

import (
	"crypto/tls"
	"crypto/x509"
)

type (
	TransportCredentials interface{ OverrideServerName(string) error }
	PerRPCCredentials    interface{ RequireTransportSecurity() bool }
	Bundle               interface{ TransportCredentials() TransportCredentials }
	TLSInfo              struct{ State tls.ConnectionState }
)

func NewTLS(c *tls.Config) TransportCredentials                                { return nil }
func NewClientTLSFromCert(cp *x509.CertPool, name string) TransportCredentials { return nil }
func NewServerTLSFromFile(certFile, keyFile string) (TransportCredentials, error) {
	return nil, nil
}

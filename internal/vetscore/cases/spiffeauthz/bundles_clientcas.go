// The pool of all domains, for the clients of a server.
//
// Evidence: rule.

package spiffeauthz

import (
	"context"
	"crypto/tls"
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func clientPool(ctx context.Context, client *workloadapi.Client, cert tls.Certificate) (*tls.Config, error) {
	bundles, err := client.FetchX509Bundles(ctx)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()            // BAD spiffeauthz.bundles @a
	for _, b := range bundles.Bundles() { // BAD spiffeauthz.bundles @a
		for _, a := range b.X509Authorities() { // BAD spiffeauthz.bundles @a
			pool.AddCert(a) // BAD spiffeauthz.bundles @a
		}
	}
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		ClientCAs:    pool, // BAD spiffeauthz.bundles @a
		ClientAuth:   tls.RequireAndVerifyClientCert,
		MinVersion:   tls.VersionTLS13,
	}, nil
}

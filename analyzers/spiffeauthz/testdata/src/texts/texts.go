// Package texts compares pieces of the text of IDs.
package texts

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

const domain = "spiffe://example.org"

var errUnexpected = errors.New("unexpected ID")

func matcher() spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		if !strings.HasPrefix(id.String(), "spiffe://example.org") { // want `an ID of the trust domain example.org.evil begins with this too`
			return errUnexpected
		}
		return nil
	}
}

func constant(id spiffeid.ID) bool {
	return strings.HasPrefix(id.String(), domain) // want `an ID of the trust domain example.org.evil begins with this too`
}

func variable(id spiffeid.ID) bool {
	text := id.String()
	want := "spiffe://" + "example.org"
	return strings.HasPrefix(text, want) // want `begins with this too`
}

func concatenated(id spiffeid.ID, td spiffeid.TrustDomain, trustDomain string) bool {
	return strings.HasPrefix(id.String(), "spiffe://"+td.Name()) || // want `begins with this too`
		strings.HasPrefix(id.String(), "spiffe://"+trustDomain) || // want `begins with this too`
		strings.HasPrefix(id.String(), fmt.Sprintf("spiffe://%s", td)) // want `begins with this too`
}

func idString(id spiffeid.ID, td spiffeid.TrustDomain) bool {
	return strings.HasPrefix(id.String(), td.IDString()) || // want `begins with this too`
		strings.HasPrefix(id.String(), td.ID().String()) // want `begins with this too`
}

func ofCertificate(cert *x509.Certificate) bool {
	for _, uri := range cert.URIs {
		if strings.HasPrefix(uri.String(), `spiffe://example.org`) { // want `begins with this too`
			return true
		}
	}
	return strings.HasPrefix(cert.URIs[0].String(), domain) // want `begins with this too`
}

func suffix(id spiffeid.ID) error {
	if strings.HasSuffix(id.String(), "/admin") { // want `IDs of every trust domain can have this text in them`
		return nil
	}
	if strings.Contains(id.String(), "example.org") { // want `IDs of every trust domain can have this text in them`
		return nil
	}
	return errUnexpected
}

func names(id spiffeid.ID) bool {
	return strings.HasSuffix(id.TrustDomain().Name(), "example.org") // want `the trust domain evilexample.org ends in this too`
}

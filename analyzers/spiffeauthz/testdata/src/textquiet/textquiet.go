// Package textquiet looks at the text of IDs in ways that do no harm.
package textquiet

import (
	"crypto/x509"
	"fmt"
	"net/url"
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

const domain = "spiffe://example.org/"

func right(id spiffeid.ID, td spiffeid.TrustDomain, s string, u *url.URL) []bool {
	return []bool{
		strings.HasPrefix(id.String(), domain),
		strings.HasPrefix(id.String(), "spiffe://example.org/ns/prod/"),
		strings.HasPrefix(id.String(), td.IDString()+"/"),
		strings.HasPrefix(id.String(), "spiffe://"+td.Name()+"/"),
		strings.HasPrefix(id.String(), fmt.Sprintf("spiffe://%s/", td)),
		strings.HasPrefix(id.String(), s),
		strings.HasPrefix(id.Path(), "/ns/prod/"),
		strings.HasPrefix(s, "spiffe://example.org"),
		strings.HasPrefix(u.String(), "spiffe://example.org"),
		strings.HasSuffix(td.Name(), ".example.org"),
		strings.HasSuffix(id.Path(), "/admin"),
		strings.Contains(id.String(), "spiffe://example.org/"),
		strings.Contains(id.String(), s),
		id.MemberOf(td),
		strings.HasPrefix(id.String(), "spiffe://"), // is it one at all?
	}
}

// isSPIFFE asks for the scheme only.
func isSPIFFE(cert *x509.Certificate) bool {
	for _, uri := range cert.URIs {
		if strings.HasPrefix(uri.String(), "spiffe://") {
			return true
		}
	}
	return false
}

// sanPrefix is that of a node attestor's, with its slash.
func sanPrefix(cert *x509.Certificate) bool {
	return strings.HasPrefix(cert.URIs[0].String(), "x509pop://example.org/")
}

func ownDomain(peer, own spiffeid.ID) bool {
	td := own.TrustDomain()
	return peer.MemberOf(td) && peer.MemberOf(own.TrustDomain()) && peer.TrustDomain() == own.TrustDomain()
}

// first is the domain of another ID by then.
func first(ids []spiffeid.ID) bool {
	var td spiffeid.TrustDomain
	for i, id := range ids {
		if i == 0 {
			td = id.TrustDomain()
		}
		if !id.MemberOf(td) {
			return false
		}
	}
	return true
}

func changed(id, next spiffeid.ID) bool {
	td := id.TrustDomain()
	id = next
	return id.MemberOf(td)
}

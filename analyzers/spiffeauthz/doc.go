// Package spiffeauthz defines an Analyzer that finds SPIFFE identities that are accepted
// without being authorised.
//
// It knows go-spiffe by its import path. What its constructors set, and where its authorizers
// are called, was read in v2.9.0.
//
// # Analyzer spiffeauthz
//
// spiffeauthz: report peers that are accepted without their SPIFFE ID being authorised
//
// An SVID proves who a peer is. Whether it may come in is the service's own decision, and
// go-spiffe asks for it with an authorizer (spiffetls/tlsconfig) or a matcher (spiffeid). The
// rules find decisions that are none, that look at a part of the ID only, that take the
// measure from the peer itself, or that are not reached.
//
// What is made in one function and used in another is followed by facts, in other packages too.
// Where a value comes from somewhere that cannot be seen, nothing is reported.
//
// # Rule spiffeauthz.any
//
// AuthorizeAny and MatchAny accept every ID of every trust domain whose bundle is at hand,
// federated ones included.
//
//	tlsconfig.MTLSServerConfig(src, src, tlsconfig.AuthorizeAny())        // everybody
//	tlsconfig.MTLSServerConfig(src, src, tlsconfig.AuthorizeID(orders))   // one workload
//	tlsconfig.MTLSServerConfig(src, src, tlsconfig.AuthorizeMemberOf(td)) // one trust domain
//
// As the default for an option that is not set it is reported like any other: nobody has chosen
// it. On a branch where an option is on it is the operator's wish, and reported in strict mode
// only. Confidence is medium where the package asks go-spiffe for the peer's ID and may authorise
// each request, where it is handed to a function that may combine it, and in examples.
//
// The fix is AuthorizeMemberOf, or MatchMemberOf, where just one trust domain is in scope and it
// was not taken from an ID. It narrows what is accepted: that is its point.
//
// # Rule spiffeauthz.acceptall
//
// A function that is used as an authorizer or a matcher returns nil on every path: the same as
// AuthorizeAny, only harder to see.
//
//	tlsconfig.AdaptMatcher(func(id spiffeid.ID) error {
//		log.Printf("hello %s", id)
//		return nil // everybody
//	})
//
// Silent: functions that nobody uses so, functions with a named result, and those that may
// panic or end the program. Confidence is medium where the ID is kept for later. No fix.
//
// # Rule spiffeauthz.path
//
// A matcher compares the path and not the trust domain. A path is worth something in its own
// trust domain only (SPIFFE-ID, section 2.2): with a bundle source that holds federated bundles,
// as an X509Source does, spiffe://partner.example/orders passes for spiffe://example.org/orders.
//
//	func(id spiffeid.ID) error { if id.Path() != "/orders" { return errNo }; return nil }
//	spiffeid.MatchID(spiffeid.RequireFromPath(td, "/orders")) // both are compared
//
// Silent: where the trust domain, the whole ID or its text is looked at, where the ID is passed
// on, where the matcher is one of several in a function of somebody else, and where the bundle
// is that of one trust domain. Confidence is medium where it is not seen to reach go-spiffe. No
// fix.
//
// # Rule spiffeauthz.prefix
//
// The text of an ID is compared piece by piece. "spiffe://example.org" is the beginning of
// "spiffe://example.org.evil/orders" too, a suffix leaves the trust domain open, and "/ns/prod"
// is the beginning of "/ns/prod-evil".
//
//	strings.HasPrefix(id.String(), "spiffe://example.org")  // example.org.evil as well
//	strings.HasPrefix(id.String(), "spiffe://example.org/") // right
//	id.MemberOf(td)                                         // better
//
// The text of URI SANs is looked at as well, and that of trust domains: a name that ends in
// "example.org" may be evilexample.org's. Confidence is medium where only a segment of the path
// is cut short, and where the answer is no bool or error. Silent: the scheme alone, which asks
// whether it is a SPIFFE ID at all, and prefixes that are not known.
//
// The fix ends the prefix with a slash, or asks ID.MemberOf when the prefix was made from a
// trust domain and the file uses package strings for more.
//
// # Rule spiffeauthz.peerdomain
//
// The trust domain that a peer has to be a member of is taken from the peer's own ID, so that
// every peer is a member.
//
//	td := id.TrustDomain()
//	if !id.MemberOf(td) { return errNo }  // never
//	if !id.MemberOf(own) { return errNo } // own is from the configuration
//
// Silent: looking up a bundle by the peer's trust domain, which is how an SVID is verified, and
// the trust domain of the service's own SVID. No fix.
//
// # Rule spiffeauthz.resumption
//
// go-spiffe's configs call the authorizer in VerifyPeerCertificate only, and crypto/tls does not
// call that when a session is resumed (crypto/tls, Config.VerifyPeerCertificate). A client that
// kept a ticket is let in after its ID was barred, and after its authority was taken out of the
// bundle.
//
//	config := tlsconfig.MTLSServerConfig(src, src, authorizer)
//	config.SessionTicketsDisabled = true // or VerifyConnection
//	return tls.NewListener(inner, config)
//
// Reported: MTLSServerConfig, MTLSWebServerConfig and their hooks, when the config is used with
// tickets on; the server credentials of grpccredentials, whose tickets cannot be switched off;
// the listeners of spiffetls without WithListenTLSConfigBase; and of clients those that have a
// ClientSessionCache. TLSServerConfig and MTLSWebClientConfig have no authorizer to go round.
// The config is followed through variables, copies, fields and functions. Confidence is medium
// where it is returned to callers that are not seen, or kept in a field that others can reach.
// Silent: where it is passed to a function that is not known.
//
// The fix sets SessionTicketsDisabled on the next line, where the config is alone on the left
// side of an assignment, or filled by a hook.
//
// # Rule spiffeauthz.weakened
//
// A config of go-spiffe's is changed so that more peers get in: VerifyPeerCertificate is removed
// or replaced by a function that does not call it, ClientAuth no longer asks for a certificate,
// GetConfigForClient gives clients another config that asks for none, or a client of web servers
// sets InsecureSkipVerify. What tlsconfig.version says holds for these configs too.
//
//	config := tlsconfig.MTLSServerConfig(src, src, authorizer)
//	config.ClientAuth = tls.NoClientCert // who shows no certificate is let in
//	config.NextProtos = []string{"h2"}   // changes nothing of who is let in
//
// The other clients have InsecureSkipVerify from go-spiffe, on purpose. RootCAs and ClientCAs are not
// looked at by go-spiffe, and setting them changes nothing. Silent: wrapping the callback,
// calling go-spiffe in the new one, VerifyConnection in its place, what is set before a hook,
// and, but in strict mode, a branch where an option is on. Confidence is medium for a function
// that is not in sight, and for RequestClientCert, where go-spiffe's callback alone still
// refuses clients without a certificate. No fix.
//
// # Rule spiffeauthz.identity
//
// A peer is authorised by the common name, the DNS names, the email addresses or an extension of
// its certificate. The identity is the URI SAN (X509-SVID, section 2): the other names are what
// whoever asked for the certificate wrote there.
//
//	if r.TLS.PeerCertificates[0].Subject.CommonName != "orders" { return errNo }
//	id, err := spiffetls.PeerIDFromConnectionState(*r.TLS) // the identity
//
// Silent: where the name is not compared, as in logs; where the function reads the URIs or the
// SPIFFE ID as well; certificates that are not a peer's; and packages that do not reach
// go-spiffe. Confidence is medium where the package does not import it itself, and for
// extensions outside the arc that is passed off as SPIFFE's. No fix.
//
// # Rule spiffeauthz.bundles
//
// The authorities of several trust domains are added to one x509.CertPool. Each of them could
// sign IDs of all the others (Workload API, section 4.6).
//
//	for _, b := range set.Bundles() {
//		for _, a := range b.X509Authorities() {
//			pool.AddCert(a) // every domain for every domain
//		}
//	}
//	id, chains, err := x509svid.Verify(certs, set) // with the bundle of the ID's own domain
//
// Silent: a pool for each bundle, loops that look at the trust domain, and sets. Confidence is
// medium for two bundles of which it is not known whose they are. No fix.
//
// # Rule spiffeauthz.audience
//
// A JWT-SVID is validated against an empty list of audiences, which go-spiffe takes for any, or
// against the audience in the token itself; or ParseInsecure, which checks no signature, decides
// about access. A token is for its audience only (JWT-SVID, section 3.2): whoever receives one
// could use it on everybody else. Fetching one without an audience is reported too.
//
//	jwtsvid.ParseAndValidate(token, bundles, nil)                // meant for anyone
//	jwtsvid.ParseAndValidate(token, bundles, []string{"orders"}) // meant for this service
//
// Silent: lists that are not known, and ParseInsecure for the expiry of one's own token, for
// logs, or before ParseAndValidate. No fix.
package spiffeauthz

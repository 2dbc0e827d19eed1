// Package tlsconfig defines an Analyzer that finds unsafe TLS configurations.
//
// # Analyzer tlsconfig
//
// tlsconfig: report TLS configurations that let the wrong peer in or allow broken cryptography
//
// The analyzer knows what the fields of a tls.Config hold when it is put to use: the last write
// wins along every path, whether it stands in a literal, in an assignment, in a closure or in a
// helper of this package or another. It goes by the type, so that fields of the same name in
// other structs are not meant.
//
// What an operator has asked for is not reported: a value that comes from a field, a flag, a
// parameter or the environment; a write on the branch of a condition on which the option is on
// ("if opts.Insecure", "if !opts.Verify", not their else); and what bears a name that says so,
// such as WithSkipVerify or insecureTransport. In packages made for tests all rules are of
// severity info.
//
// # Rule tlsconfig.acceptall
//
// A VerifyConnection or VerifyPeerCertificate that returns nil on every path accepts everyone.
// That matters where it stands in place of crypto/tls's own verification: with
// InsecureSkipVerify, or on a server with RequireAnyClientCert (crypto/tls, Config).
//
//	c := &tls.Config{
//		InsecureSkipVerify: true,
//		VerifyConnection:   func(tls.ConnectionState) error { return nil }, // wrong
//	}
//
// Confidence is medium when the callback keeps what it is given, for somebody may look at it
// later, and low where crypto/tls verifies as well.
//
// # Rule tlsconfig.clientauth
//
// ClientCAs says whom to trust as a client, and ClientAuth whether clients are asked at all:
// without it ClientCAs does nothing. RequireAnyClientCert asks for a certificate and accepts
// every one, also one that the client has just made.
//
//	&tls.Config{ClientCAs: pool}                                        // wrong
//	&tls.Config{ClientCAs: pool, ClientAuth: tls.RequireAnyClientCert}  // wrong
//	&tls.Config{ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert}
//
// It is silent where a callback verifies, where ClientAuth comes from configuration, and where
// another function of the package sets it. The fix adds ClientAuth to the literal in which
// ClientCAs stands.
//
// # Rule tlsconfig.obsolete
//
// PreferServerCipherSuites has been ignored since Go 1.18: crypto/tls orders cipher suites
// itself. Whoever reads the line believes in something that does not happen.
//
//	&tls.Config{PreferServerCipherSuites: true} // wrong
//	&tls.Config{}
//
// The fix deletes it.
//
// # Rule tlsconfig.resumption
//
// VerifyPeerCertificate is not called when a session is resumed (crypto/tls, Config): a client
// whose right has been withdrawn comes in with its ticket. VerifyConnection is called every
// time.
//
//	&tls.Config{ // a server; wrong
//		ClientAuth:            tls.RequireAndVerifyClientCert,
//		VerifyPeerCertificate: onlyFriends,
//	}
//	&tls.Config{
//		ClientAuth:       tls.RequireAndVerifyClientCert,
//		VerifyConnection: func(s tls.ConnectionState) error { return isFriend(s.PeerCertificates[0]) },
//	}
//
// SessionTicketsDisabled is the other way out. Clients resume sessions only where
// ClientSessionCache is set, and are reported only then. Configurations that come from
// go-spiffe are for spiffeauthz.resumption.
//
// # Rule tlsconfig.skipverify
//
// With InsecureSkipVerify a client accepts every certificate for every name: whoever is on the
// way can read and change all that is said.
//
//	&tls.Config{InsecureSkipVerify: true} // wrong
//	&tls.Config{RootCAs: pool}            // for certificates of one's own authority
//	&tls.Config{                          // for another way to verify
//		InsecureSkipVerify: true,
//		VerifyConnection:   verify,
//	}
//
// It is silent where a callback verifies, or the function itself does so after the handshake.
// Confidence is medium for connections to this machine, where the function looks at the
// connection's state, where only a server uses the configuration, and where the configuration
// is somebody else's and may be verified there. In strict mode an operator's option is
// reported, too: a service of which each peer has an identity has no use for it.
//
// # Rule tlsconfig.suites
//
// CipherSuites holds one of tls.InsecureCipherSuites, as Go 1.26 has them: RC4, 3DES, CBC with
// SHA-256, or key exchange without forward secrecy.
//
//	&tls.Config{CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}} // wrong
//	&tls.Config{}                                                     // Go's own choice
//
// Lists are followed through variables, append, functions and loops. It is silent where only
// TLS 1.3 is allowed, for which CipherSuites does not count.
//
// # Rule tlsconfig.version
//
// MinVersion or MaxVersion is a version of TLS below 1.2. These are deprecated for their broken
// primitives (RFC 8996).
//
//	&tls.Config{MinVersion: tls.VersionTLS10} // wrong
//	&tls.Config{MinVersion: tls.VersionTLS12}
//
// Where MinVersion is not set, Go 1.22 and later want TLS 1.2; servers in modules with an older
// go line are reported, since they accept TLS 1.0. Confidence is medium where another branch
// sets a better version. The fix sets MinVersion to tls.VersionTLS12.
package tlsconfig

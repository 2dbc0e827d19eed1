// Package plaintext defines an Analyzer that finds servers and clients that speak without TLS.
//
// # Analyzer plaintext
//
// plaintext: report servers and gRPC clients that speak plaintext over a network
//
// What travels in plaintext can be read and changed by everyone on the way, and neither side
// knows whom it talks to: zero trust networks (NIST SP 800-207, section 2.1) have no inside
// where that does not matter. The analyzer looks at addresses that the code itself says, and at
// options that it can see all of. An address from a flag, a list of options from elsewhere or a
// listener that was handed in say nothing, and nothing is reported. Loopback addresses, unix
// sockets and in-memory connections stay on the machine. Servers for metrics, health and
// profiles are left out, as are functions that have TLS as well: theirs is the redirect, or the
// operator's choice. So is a branch where an option is on.
//
// In strict mode the rules are errors, and an operator cannot choose plaintext. There is no fix: where the certificates come from is
// nothing that an analyzer can know.
//
// # Rule plaintext.server
//
// An HTTP server listens without TLS on an address that others can reach.
//
//	http.ListenAndServe(":8080", mux)                        // plaintext
//	http.ListenAndServeTLS(":8443", cert, key, mux)          // TLS
//	http.ListenAndServe("127.0.0.1:8080", mux)               // stays on the machine
//	srv := &http.Server{Addr: ":8443", TLSConfig: config}
//	srv.ListenAndServe()                                     // plaintext: the config is not used
//	srv.ListenAndServeTLS("", "")                            // TLS
//
// Confidence is medium where only the port is unknown, as in ":" + port, and in examples.
//
// # Rule plaintext.grpcserver
//
// A gRPC server is made without credentials: all its options can be seen, and none of them is
// grpc.Creds with anything but the insecure ones.
//
//	s := grpc.NewServer(grpc.MaxRecvMsgSize(n))             // plaintext
//	s := grpc.NewServer(grpc.Creds(credentials.NewTLS(c)))  // TLS
//
// Confidence is high where the server is seen to serve on an address that others can reach,
// medium where only the port is unknown, and low where the listener is. A server on a loopback address, a unix socket, a
// TLS listener or bufconn is not reported.
//
// # Rule plaintext.grpcclient
//
// A gRPC client dials another machine, whose address the code says, with insecure credentials.
//
//	grpc.NewClient("orders.example.org:443",
//		grpc.WithTransportCredentials(insecure.NewCredentials())) // plaintext
//	grpc.NewClient("orders.example.org:443",
//		grpc.WithTransportCredentials(credentials.NewTLS(c)))     // TLS
//
// A client with a dialer of its own is not reported.
package plaintext

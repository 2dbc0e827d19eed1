// Package spiffesource defines an Analyzer that judges how a program gets its SVIDs and trust
// bundles from the Workload API.
//
// # Analyzer spiffesource
//
// spiffesource: report sources of SVIDs that are not closed, made too often, or far away
//
// The sources of go-spiffe (X509Source, JWTSource, BundleSource) and its Client hold a
// connection to the Workload API, and goroutines that wait for new SVIDs and bundles.
//
// # Rule spiffesource.unclosed
//
// A path leads from where a source is made to where the function returns, and nobody has
// closed it: "Close closes the source, dropping the connection to the Workload API". The
// context that it is made with does not end it.
//
//	source, err := workloadapi.NewX509Source(ctx)
//	if err != nil {
//		return err
//	}
//	return serve(source) // never closed
//
// Right:
//
//	source, err := workloadapi.NewX509Source(ctx)
//	if err != nil {
//		return err
//	}
//	defer source.Close()
//
// It follows sources as spanend follows spans, through functions of the module that make, keep
// or close one, and it says nothing from where a source is returned, stored, captured or given
// to somebody unknown. What the standard library, gRPC and go-spiffe make of a source (a
// tls.Config, a server) is followed too, as long as it stays in the function. In main the
// confidence is medium: the program ends with it. The fix defers the Close behind the check of
// the error, when the source is closed nowhere.
//
// # Rule spiffesource.perrequest
//
// A source is made in the handling of a request: in a function that has an *http.Request, or in
// a method of a gRPC server. Each one dials the Workload API, waits for attestation and for the
// first SVID; the request pays for it, and the agent sees a storm.
//
//	func (s *server) handle(w http.ResponseWriter, r *http.Request) {
//		source, err := workloadapi.NewX509Source(r.Context()) // for each request
//
// Right is one source for the life of the program, given to the handler. It is silent where
// the source is kept in a field or in a variable of the package: it is made once then. There is
// no fix.
//
// # Rule spiffesource.address
//
// The address of the Workload API is a constant with the scheme tcp and a host that is not the
// own one. The Workload API asks its callers for no credentials, it tells them apart by what
// the operating system says of them; over a network that is lost, and private keys cross it in
// the clear (SPIFFE Workload API, section 3; SPIFFE Workload Endpoint, sections 3 and 4).
//
//	workloadapi.WithAddr("tcp://10.0.0.7:8081")
//
// Right is the agent's own socket, and an address from the environment:
//
//	workloadapi.NewX509Source(ctx) // SPIFFE_ENDPOINT_SOCKET
//
// Loopback addresses are not reported, nor are those that are not constant. There is no fix:
// where the socket is, is not in the code.
package spiffesource

package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/internal/dev/authority"
	"github.com/mintwright/mintwright/internal/dev/otlp"
	"github.com/mintwright/mintwright/internal/dev/workloadapi"
)

// How long the SVIDs of emitted services live; they are renewed halfway.
const (
	rotating = 2 * time.Minute // several renewals in a run, each with new connections soon after
	resting  = 6 * time.Hour   // none
)

// world is what services need around them: identities, a collector, and a caller.
type world struct {
	dir      string
	lifetime time.Duration // of SVIDs
	registry *authority.Registry
	api      *workloadapi.Server
	sink     *otlp.Sink
	endpoint string // of the sink
	caller   identity.Source
	id       spiffeid.ID // of every service
	servers  []*server
}

func newWorld(dir string, lifetime time.Duration) (*world, error) {
	w := &world{dir: dir, lifetime: lifetime, sink: otlp.New(otlp.Options{Bytes: 1 << 20})}
	var err error
	if w.id, err = spiffeid.FromString(serviceID); err != nil {
		return nil, err
	}
	caller, err := spiffeid.FromString(callerID)
	if err != nil {
		return nil, err
	}
	issuer, err := authority.New(w.id.TrustDomain(), authority.Options{X509TTL: resting})
	if err != nil {
		return nil, err
	}
	if w.registry, err = authority.NewRegistry(issuer); err != nil {
		return nil, err
	}
	if w.caller, err = authority.NewSource(w.registry, caller); err != nil {
		return nil, err
	}
	if err := w.writeCertificates(issuer); err != nil {
		return nil, err
	}
	listener, err := w.sink.Listen("127.0.0.1:0", nil)
	if err != nil {
		return nil, err
	}
	w.endpoint = listener.Endpoint()
	w.api, err = workloadapi.Start(workloadapi.Options{Socket: filepath.Join(dir, "api.sock"), Registry: w.registry})
	return w, err
}

// writeCertificates gives what is written by hand the files that it reads.
func (w *world) writeCertificates(issuer *authority.Authority) error {
	svid, err := issuer.Mint(w.id, resting)
	if err != nil {
		return err
	}
	certs, key, err := svid.Marshal()
	if err != nil {
		return err
	}
	bundle, err := issuer.X509Bundle().Marshal()
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(w.dir, "svid.pem"), certs, 0o600),
		os.WriteFile(filepath.Join(w.dir, "key.pem"), key, 0o600),
		os.WriteFile(filepath.Join(w.dir, "bundle.pem"), bundle, 0o600))
}

// close ends all that runs.
func (w *world) close() {
	for len(w.servers) > 0 {
		w.stop(w.servers[0])
	}
	_ = w.api.Close() // the folder goes with it
	_ = w.sink.Close()
}

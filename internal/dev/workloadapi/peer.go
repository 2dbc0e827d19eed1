package workloadapi

import (
	"context"
	"log/slog"
	"net"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"github.com/mintwright/mintwright/internal/dev/authority"
)

// attested is the credentials.AuthInfo of a connection. A workload that could not be
// attested is connected all the same, so that it reads a proper answer.
type attested struct {
	credentials.CommonAuthInfo
	workload authority.Workload
	err      error
}

func (attested) AuthType() string { return "workload-attestation" }

// attestation are transport credentials that protect nothing and ask who is there.
type attestation struct {
	attestor authority.Attestor
	logger   *slog.Logger
}

func (a attestation) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	w, err := a.attestor.Attest(conn)
	if err != nil {
		a.logger.Warn("workload not attested", "error", err.Error())
	}
	info := attested{workload: w, err: err}
	info.SecurityLevel = credentials.NoSecurity
	return conn, info, nil
}

func (attestation) ClientHandshake(_ context.Context, _ string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return conn, attested{}, nil
}

func (attestation) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "workload-attestation"}
}

func (a attestation) Clone() credentials.TransportCredentials { return a }

func (attestation) OverrideServerName(string) error { return nil }

// caller returns the workload of a call. It is looked up again for each answer, because a
// stream may outlive what it was opened by.
func caller(ctx context.Context) (authority.Workload, error) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return authority.Workload{}, errNoIdentity
	}
	info, ok := p.AuthInfo.(attested)
	if !ok || info.err != nil || !info.workload.IsAlive() {
		return info.workload, errNoIdentity
	}
	return info.workload, nil
}

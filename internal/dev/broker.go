package dev

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// localBroker is where a NATS server of this machine listens by its own default.
const localBroker = "127.0.0.1:4222"

// withBroker returns svc with a broker: the one that environ names, else that of this machine.
func (s *Session) withBroker(ctx context.Context, svc Service) (Service, error) {
	if svc.Work != "nats" || has(s.options.Environ, "NATS_URL") {
		return svc, nil
	}
	if err := findBroker(ctx, svc.Name, localBroker); err != nil {
		return svc, err
	}
	if found := "nats://" + localBroker; svc.brokerURL != found {
		svc.brokerURL = found
		s.say("%s uses the NATS server %s", svc.Name, found)
	}
	return svc, nil
}

// findBroker fails with MissingError unless a NATS server with JetStream answers at address
// and lets us in.
func findBroker(ctx context.Context, name, address string) error {
	const patience = 3 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	none := &MissingError{
		Fact:   fmt.Sprintf("%s needs a NATS server: NATS_URL is not set, and none answers at %s", name, address),
		Remedy: "set NATS_URL, or start one: go run github.com/nats-io/nats-server/v2@latest --jetstream --addr 127.0.0.1",
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return none
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	// A server speaks first: INFO, and what it is (docs.nats.io, "Client Protocol").
	const longest = 64 << 10
	line, err := bufio.NewReader(io.LimitReader(conn, longest)).ReadString('\n')
	text, isNATS := strings.CutPrefix(line, "INFO ")
	var info struct {
		JetStream    bool `json:"jetstream"`
		AuthRequired bool `json:"auth_required"`
		TLSRequired  bool `json:"tls_required"`
	}
	switch {
	case err != nil, !isNATS, json.Unmarshal([]byte(text), &info) != nil:
		return none
	case !info.JetStream:
		return &MissingError{
			Fact:   fmt.Sprintf("%s needs JetStream, which the NATS server at %s does not have", name, address),
			Remedy: "start the server with --jetstream, or set NATS_URL to another",
		}
	case info.AuthRequired || info.TLSRequired:
		return &MissingError{
			Fact:   fmt.Sprintf("%s needs a NATS server: NATS_URL is not set, and the one at %s wants to know who we are", name, address),
			Remedy: "set NATS_URL, such as nats://user:password@" + address,
		}
	}
	return nil
}

package dev

import (
	"errors"
	"net"
	"strings"
	"testing"
)

// A server is taken when it says that it has JetStream and does not ask who we are.
func TestFindBroker(t *testing.T) {
	for greeting, want := range map[string]string{
		`INFO {"server_id":"x","jetstream":true} ` + "\r\n":                      "",
		`INFO {"server_id":"x"} ` + "\r\n":                                       "start the server with --jetstream",
		`INFO {"server_id":"x","jetstream":true,"auth_required":true} ` + "\r\n": "set NATS_URL, such as nats://user:password@",
		"SSH-2.0-OpenSSH_9.2\r\n":                                                "or start one: go run github.com/nats-io/nats-server/",
		"INFO {":                                                                 "or start one: ",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte(greeting))
			_ = conn.Close()
		}()
		err = findBroker(t.Context(), "mailer", l.Addr().String())
		l.Close()
		var missing *MissingError
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: got %v", greeting, err)
		case want != "" && (!errors.As(err, &missing) || !strings.Contains(missing.Remedy, want) || !strings.Contains(missing.Fact, "mailer needs")):
			t.Errorf("%q: want the remedy %q, got %v", greeting, want, err)
		}
	}
	if err := findBroker(t.Context(), "mailer", "127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "NATS_URL is not set, and none answers at 127.0.0.1:1") {
		t.Errorf("nobody listens: got %v", err)
	}
}

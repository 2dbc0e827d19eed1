package dev

import (
	"errors"
	"net/url"
	"testing"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc/codes"
)

// A path decides over what it is called, where the service leaves a choice.
func TestProtocol(t *testing.T) {
	const both, method = "https://127.0.0.1:1", "/orders.v1.GreetingService/GetGreeting"
	for _, tc := range []struct {
		svc     Running
		path    string
		want    string // the URL; "" for a refusal
		overRPC bool
	}{
		{Running{URL: both, GRPC: "grpc://127.0.0.1:2"}, method, "https://127.0.0.1:2" + method, true},
		{Running{URL: both, GRPC: "grpc://127.0.0.1:2"}, "/v1/greetings/Ada", both + "/v1/greetings/Ada", false},
		{Running{URL: both, GRPC: "grpc://127.0.0.1:2"}, "/v1.5/greetings", both + "/v1.5/greetings", false},
		{Running{URL: both}, method, both + method, false},
		{Running{GRPC: "grpc://127.0.0.1:2"}, "/Greeter/Greet", "https://127.0.0.1:2/Greeter/Greet", true},
		{Running{GRPC: "grpc://127.0.0.1:2"}, "/v1/greetings/Ada", "", false},
		{Running{}, method, "", false},
	} {
		target := &url.URL{Path: tc.path}
		overRPC, err := protocol(tc.svc, target, CallOptions{})
		var refusal *Refusal
		switch {
		case tc.want == "" && !errors.As(err, &refusal):
			t.Errorf("%s of %+v: want a refusal, got %v", tc.path, tc.svc, err)
		case tc.want != "" && (err != nil || target.String() != tc.want || overRPC != tc.overRPC):
			t.Errorf("%s of %+v: want %s, over gRPC %t, got %s, %t, %v", tc.path, tc.svc, tc.want, tc.overRPC, target, overRPC, err)
		}
	}
}

// Codes have the names of the specification.
func TestStatusName(t *testing.T) {
	for code, want := range map[codes.Code]string{
		codes.OK: "OK", codes.NotFound: "NOT_FOUND", codes.InvalidArgument: "INVALID_ARGUMENT", codes.DataLoss: "DATA_LOSS", codes.Unimplemented: "UNIMPLEMENTED",
	} {
		if got := (Status{Code: code}).Name(); got != want {
			t.Errorf("want %s, got %s", want, got)
		}
	}
}

// A service that lets everybody in is called as somebody; one that names nobody is not.
func TestPickCaller(t *testing.T) {
	svc := Running{Name: "orders", ID: spiffeid.RequireFromString("spiffe://acme.example/orders")}
	if _, err := pickCaller(svc, CallOptions{}); err == nil {
		t.Error("called as nobody knows whom")
	}
	svc.Anyone = true
	if id, err := pickCaller(svc, CallOptions{}); err != nil || !id.MemberOf(svc.ID.TrustDomain()) {
		t.Errorf("got %s, %v", id, err)
	}
}

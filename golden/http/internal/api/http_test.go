package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	nooptrace "go.opentelemetry.io/otel/trace/noop"

	"github.com/acme/orders/internal/greetings"
	"github.com/acme/orders/internal/httpserver"
	"github.com/acme/orders/internal/identity"
)

// as returns the context of a request of this caller.
func as(t *testing.T, caller string) context.Context {
	t.Helper()
	return identity.WithCaller(t.Context(), spiffeid.RequireFromString(caller))
}

// TestRoutes looks at what is answered. Who may ask is the business of TestAccess, and the way
// through the server that of package app.
func TestRoutes(t *testing.T) {
	composer, err := greetings.NewComposer(slog.New(slog.DiscardHandler), nooptrace.NewTracerProvider(), noopmetric.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		status int
		answer string
	}{
		{"Ada", http.StatusOK, `{"message":"Hello, Ada!","caller":"spiffe://acme.example/test/friend"}`},
		{"世界", http.StatusOK, `{"message":"Hello, 世界!","caller":"spiffe://acme.example/test/friend"}`},
		{strings.Repeat("x", 100), http.StatusBadRequest, greetings.ErrBadName.Error()},
	}
	for _, test := range tests {
		request := httptest.NewRequestWithContext(as(t, "spiffe://acme.example/test/friend"), http.MethodGet, "/", nil)
		request.SetPathValue("name", test.name)
		if status, answer := call(Routes(composer), "GET /v1/greetings/{name}", request); status != test.status || !strings.Contains(answer, test.answer) {
			t.Errorf("%s: got %d, %s, want %d, %s", test.name, status, answer, test.status, test.answer)
		}
	}
}

// call lets a route answer, and returns the status and the body, or what a caller is told of
// the problem.
func call(routes []httpserver.Route, pattern string, request *http.Request) (int, string) {
	for _, route := range routes {
		if route.Pattern != pattern {
			continue
		}
		answer := httptest.NewRecorder()
		if err := route.Handle(answer, request); err != nil {
			return told(err)
		}
		return answer.Code, answer.Body.String()
	}
	return 0, "no such route"
}

func told(err error) (int, string) {
	if problem, ok := err.(*httpserver.Problem); ok { //nolint:errorlint // what the handler returns itself
		return problem.Status, problem.Detail
	}
	return http.StatusInternalServerError, ""
}

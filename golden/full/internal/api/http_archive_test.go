package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/acme/payments/v2/internal/greetings"
)

// TestArchiveRoutes asks for what no database is needed for, and while there is none.
func TestArchiveRoutes(t *testing.T) {
	routes := ArchiveRoutes(withoutDatabase(t))
	tests := []struct {
		pattern, key, body string
		status             int
		answer             string
	}{
		{"POST /v1/greetings", "", `{"name":`, http.StatusBadRequest, "not JSON"},
		{"POST /v1/greetings", "", `{"name":"A\u0000da"}`, http.StatusBadRequest, greetings.ErrBadName.Error()},
		{"POST /v1/greetings", "", `{"name":"` + strings.Repeat("x", 100), http.StatusInternalServerError, ""}, // left to the server, which knows it for a 413
		{"POST /v1/greetings", "\xff", `{"name":"Ada"}`, http.StatusBadRequest, greetings.ErrBadKey.Error()},
		{"POST /v1/greetings", "1", `{"name":"Ada"}`, http.StatusServiceUnavailable, greetings.ErrUnavailable.Error()},
		{"GET /v1/greetings", "", "", http.StatusServiceUnavailable, greetings.ErrUnavailable.Error()},
	}
	for _, test := range tests {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(test.body))
		request.Header.Set("Idempotency-Key", test.key)
		request.Body = http.MaxBytesReader(nil, request.Body, 100)
		if status, answer := call(routes, test.pattern, request); status != test.status || !strings.Contains(answer, test.answer) {
			t.Errorf("%s %q %s: got %d, %s, want %d, %s", test.pattern, test.key, test.body, status, answer, test.status, test.answer)
		}
	}
}

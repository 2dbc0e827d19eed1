package client

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// FuzzPattern: whatever a comment says is refused, or a pattern that net/http takes, and the path
// of one without wildcards is found by it.
func FuzzPattern(f *testing.F) {
	for _, seed := range []string{
		"GET /", "GET /x/{id}", "POST /a%20b/{$}", "PUT /{x...}", "GET  /x", "get /x", "GET x", "GET /x/../y", "GET /{", "GET /{}/{$}/", "DELETE /a%2Fb/", "GET /%zz", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePattern(text)
		if err != nil {
			return
		}
		mux := http.NewServeMux()
		if err := register(mux, p.text); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if len(p.wildcards()) > 0 {
			return
		}
		request := httptest.NewRequest(p.method, "https://server"+p.path(), nil)
		if _, found := mux.Handler(request); found != p.text {
			t.Errorf("%q is found at %q as %q", text, p.path(), found)
		}
	})
}

func TestDurationCode(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"time.Second": time.Second, "90 * time.Second": 90 * time.Second, "1500 * time.Millisecond": 1500 * time.Millisecond,
		"2 * time.Hour": 2 * time.Hour, "7 * time.Nanosecond": 7,
	} {
		if got := durationCode(d).GoString(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestLowerFirst(t *testing.T) {
	for name, want := range map[string]string{"PaymentsAPI": "paymentsAPI", "HTTPServer": "httpServer", "API": "api", "X": "x", "x": "x", "UserIDs": "userIDs", "V2API": "v2API"} {
		if got := lowerFirst(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

package app

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"example.com/acme/payments/v2/internal/greetings"
)

const greetingPath = "/v1/greetings/Ada"

// get calls the service over HTTP.
func (w world) get(config *tls.Config, path string) (*http.Response, error) {
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	client := http.Client{Timeout: 5 * time.Second, Transport: transport}
	return client.Get("https://" + w.listeners.HTTP.Addr().String() + path)
}

func TestHTTPGreeting(t *testing.T) {
	w := start(t)
	response, err := w.get(w.friends(), greetingPath)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got greetings.Greeting
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if want := (greetings.Greeting{Message: "Hello, Ada!", Caller: w.friend.String()}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestHTTPStatus(t *testing.T) {
	w := start(t)
	for path, want := range map[string]int{greetingPath: http.StatusOK, "/nowhere": http.StatusNotFound} {
		response, err := w.get(w.friends(), path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: got status %d, want %d", path, response.StatusCode, want)
		}
	}
}

func TestHTTPStrangers(t *testing.T) {
	w := start(t)
	for name, svid := range w.strangers(t) {
		if response, err := w.get(w.client(svid), greetingPath); err == nil {
			response.Body.Close()
			t.Errorf("%s: got status %d, want no connection", name, response.StatusCode)
		}
	}
}

// TestHTTPSessions holds the server to its decisions: a resumed session would skip them.
func TestHTTPSessions(t *testing.T) {
	w := start(t)
	config := w.friends()
	config.SessionTicketsDisabled = false
	config.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	for range 2 {
		response, err := w.get(config, greetingPath)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.TLS.DidResume {
			t.Error("the session was resumed")
		}
	}
}

// BenchmarkHTTP measures one request through the whole chain on a connection that is open.
func BenchmarkHTTP(b *testing.B) {
	w := start(b)
	client := http.Client{Transport: &http.Transport{TLSClientConfig: w.friends(), ForceAttemptHTTP2: true}}
	url := "https://" + w.listeners.HTTP.Addr().String() + greetingPath
	b.ReportAllocs()
	for b.Loop() {
		response, err := client.Get(url)
		if err != nil {
			b.Fatal(err)
		}
		response.Body.Close()
	}
}

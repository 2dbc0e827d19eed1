package httpclient

import (
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// A call is tried so often, with pauses that double from the first and are cut by half at
// random, so that many callers do not come back at once.
const (
	attempts   = 3
	firstPause = 50 * time.Millisecond
)

// retry sends a request again when that cannot do its work twice: the method is idempotent
// (RFC 9110, section 9.2.2) and the body can be had again.
type retry struct {
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t retry) RoundTrip(request *http.Request) (*http.Response, error) {
	pause := firstPause
	for attempt := 1; ; attempt++ {
		response, err := t.next.RoundTrip(request)
		if attempt == attempts || !repeatable(request) || !passing(response, err) {
			return response, err
		}
		if response != nil {
			io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) //nolint:errcheck // only to reuse the connection
			response.Body.Close()
		}
		select {
		case <-request.Context().Done():
			return nil, request.Context().Err()
		case <-time.After(pause/2 + rand.N(pause/2)):
		}
		pause *= 2
		if request, err = again(request); err != nil {
			return nil, err
		}
	}
}

// repeatable reports whether the request may be sent a second time.
func repeatable(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return r.Body == nil || r.Body == http.NoBody || r.GetBody != nil
	default:
		return false
	}
}

// passing reports whether the outcome may be another one soon.
func passing(response *http.Response, err error) bool {
	if err != nil {
		return true
	}
	switch response.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// again returns the request with a fresh body.
func again(r *http.Request) (*http.Request, error) {
	fresh := r.Clone(r.Context())
	if r.GetBody == nil {
		return fresh, nil
	}
	body, err := r.GetBody()
	fresh.Body = body
	return fresh, err
}

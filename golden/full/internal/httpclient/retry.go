package httpclient

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// retry sends requests with a GetBody again. A pause that the deadline would cut off is not
// begun: the last outcome says more than the deadline.
type retry struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t retry) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	for pause, attempt := firstPause, 1; ; pause, attempt = 2*pause, attempt+1 {
		response, err := t.next.RoundTrip(request)
		wait := pause/2 + rand.N(pause/2)
		if response != nil {
			seconds, _ := strconv.ParseUint(response.Header.Get("Retry-After"), 10, 31) // 0 for none, at most 68 years
			wait = max(wait, time.Duration(seconds)*time.Second)
		}
		deadline, limited := ctx.Deadline()
		if attempt == attempts || !again(request.Method, response, err) || limited && time.Until(deadline) < wait {
			return response, err
		}
		if response != nil {
			response.Body.Close()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
		request = request.Clone(ctx)
		if request.Body, err = request.GetBody(); err != nil {
			return nil, err
		}
	}
}

// again reports whether another attempt does no harm, since the method is idempotent
// (RFC 9110, section 9.2.2), and may end better. A refused identity stays refused, be it by
// us or by an alert of the other side.
func again(method string, response *http.Response, err error) bool {
	if !slices.Contains([]string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}, method) {
		return false
	}
	if err != nil {
		_, refused := errors.AsType[refusal](err)
		alert, ok := errors.AsType[*net.OpError](err)
		return !refused && !(ok && alert.Op == "remote error")
	}
	return slices.Contains([]int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, response.StatusCode)
}

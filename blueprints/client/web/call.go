package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// What one call may take.
const (
	sampleAttempts   = 3                     // of a call that is idempotent
	samplePause      = 50 * time.Millisecond // then doubled; less up to half at random: not all come back at once
	sampleMaxAnswer  = 4 << 20
	sampleMaxProblem = 64 << 10
)

// sampleCall is one call.
type sampleCall struct {
	pattern    string        // method and template of the path: what telemetry may know
	path       string        // with the query
	in, out    any           // sent and received as JSON; nil for none
	timeout    time.Duration // of all attempts together; sampleTimeout where it is zero
	idempotent bool          // RFC 9110, section 9.2.2: it may be sent again
}

// do makes a call. What is said of it in an error is the address alone: a path may hold what
// is for nobody else.
func (c *SampleClient) do(ctx context.Context, call sampleCall) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(call.timeout, sampleTimeout))
	defer cancel()
	response, err := c.send(ctx, call)
	if err == nil {
		defer response.Body.Close()
		err = sampleAnswer(response, call.out)
	}
	if err != nil {
		return fmt.Errorf("calling %s: %w", c.address, err)
	}
	return nil
}

// send returns the answer to a call. A pause that the deadline would cut off is not begun: the
// last outcome says more than the deadline.
func (c *SampleClient) send(ctx context.Context, call sampleCall) (*http.Response, error) {
	var body []byte
	if call.in != nil {
		var err error
		if body, err = json.Marshal(call.in); err != nil {
			return nil, err
		}
	}
	deadline, _ := ctx.Deadline()
	for pause, attempt := samplePause, 1; ; pause, attempt = 2*pause, attempt+1 {
		response, err := c.attempt(ctx, call, body)
		wait := pause/2 + rand.N(pause/2)
		if response != nil {
			wait = max(wait, sampleRetryAfter(response.Header.Get("Retry-After")))
		}
		if !call.idempotent || attempt == sampleAttempts || !samplePasses(response, err) || time.Until(deadline) < wait {
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
	}
}

// attempt sends a call once.
func (c *SampleClient) attempt(ctx context.Context, call sampleCall, body []byte) (*http.Response, error) {
	method, template, _ := strings.Cut(call.pattern, " ")
	request, err := http.NewRequestWithContext(ctx, method, "https://"+c.address+call.path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json, application/problem+json")
	if call.in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Pattern = call.pattern
	return c.transport.RoundTrip(sampleMasked(request, template))
}

// samplePasses tells whether another attempt may end better. A refused identity stays refused,
// be it by us or by an alert of the other side.
func samplePasses(response *http.Response, err error) bool {
	if err != nil {
		alert := new(net.OpError)
		return !errors.As(err, new(sampleRefusal)) && !(errors.As(err, &alert) && alert.Op == "remote error")
	}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// sampleRetryAfter returns how long a server asks to wait, in seconds or by a date
// (RFC 9110, section 10.2.3).
func sampleRetryAfter(text string) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil || errors.Is(err, strconv.ErrRange) { // at most 68 years
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return time.Until(date)
	}
	return 0
}

// sampleAnswer decodes an answer into out, unless that is nil.
func sampleAnswer(response *http.Response, out any) error {
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return sampleProblem(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, sampleMaxAnswer+1))
	if err != nil || out == nil {
		return err
	}
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case len(body) > sampleMaxAnswer:
		return fmt.Errorf("the answer is longer than %d bytes", sampleMaxAnswer)
	case len(body) == 0:
		return fmt.Errorf("answered %d without a value", response.StatusCode)
	case media != "application/json" && !strings.HasSuffix(media, "+json"):
		return fmt.Errorf("answered with the content type %q, not with JSON", media)
	}
	return json.Unmarshal(body, out)
}

// A client that talks to the machine's own agent.
//
// Evidence: R13 look-alike: unix sockets.

package outbound

import (
	"context"
	"net"
	"net/http"
)

func goodUnix(ctx context.Context, file string) error {
	client := &http.Client{Transport: &http.Transport{ // GOOD: a unix socket
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", file)
		},
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://agent/v1/state", nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// No context and no span: there is nothing to join.
//
// Evidence: rule.

package outbound

import "net/http"

func goodNoContext(url string) (int, error) {
	resp, err := http.Get(url) // GOOD: no trace passes here
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

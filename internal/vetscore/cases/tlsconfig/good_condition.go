// A constant, on the branch where the operator's option is on.
//
// Evidence: look-alike: distribution azure, s3, buildkit, jaeger, 7 sites.

package tlsconfig

import (
	"crypto/tls"
	"net/http"
)

func goodCondition(o *options) *http.Transport {
	t := &http.Transport{}
	if o.Insecure {
		t.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // GOOD: the operator's
	}
	return t
}

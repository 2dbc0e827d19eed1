// An environment variable.
//
// Evidence: look-alike: build from the environment.

package tlsconfig

import (
	"crypto/tls"
	"os"
	"strconv"

	"example.com/cases/internal/tlsparts"
)

func goodEnv() *tls.Config {
	c := tlsparts.Base()
	if on, err := strconv.ParseBool(os.Getenv("TLS_INSECURE")); err == nil && on {
		c.InsecureSkipVerify = true // GOOD: the operator's
	}
	return c
}

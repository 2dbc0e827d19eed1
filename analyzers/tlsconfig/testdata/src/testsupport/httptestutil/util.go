package httptestutil

import "crypto/tls"

func Client() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`
}

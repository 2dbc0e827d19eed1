// A callback that calls another.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"errors"
)

func refuses(s tls.ConnectionState) error {
	return checkName(s.ServerName) // GOOD: the other one refuses
}

func checkName(name string) error {
	if name == "" {
		return errors.New("no name")
	}
	return nil
}

func goodCallbackNamed() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, VerifyConnection: refuses}
}

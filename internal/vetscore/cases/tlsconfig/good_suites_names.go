// The insecure ones are looked up to refuse them.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"errors"
)

func parseSuite(name string) (uint16, error) {
	for _, s := range tls.InsecureCipherSuites() { // GOOD: refuses them
		if s.Name == name {
			return 0, errors.New("insecure suite")
		}
	}
	for _, s := range tls.CipherSuites() {
		if s.Name == name {
			return s.ID, nil
		}
	}
	return 0, errors.New("unknown suite")
}

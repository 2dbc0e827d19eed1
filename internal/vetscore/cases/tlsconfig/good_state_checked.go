// The callback stands before the field, in the argument of a dial.
//
// Evidence: look-alike: custom verification.

package tlsconfig

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
)

func goodStateChecked(addr, sum string) (*tls.Conn, error) {
	conn, err := tls.Dial("tcp", addr, &tls.Config{MinVersion: tls.VersionTLS13, VerifyConnection: func(s tls.ConnectionState) error {
		got := sha256.Sum256(s.PeerCertificates[0].RawSubjectPublicKeyInfo)
		if hex.EncodeToString(got[:]) != sum {
			return errors.New("another key")
		}
		return nil
	}, InsecureSkipVerify: true}) // GOOD: pinned
	if err != nil {
		return nil, err
	}
	return conn, nil
}

package versions

import stdtls "crypto/tls"

func renamed() *stdtls.Config {
	return &stdtls.Config{MinVersion: stdtls.VersionTLS11} // want `MinVersion is TLS 1.1`
}

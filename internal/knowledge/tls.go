package knowledge

import "slices"

// Import paths of the standard library's TLS, and of what takes its configurations.
const (
	TLS     = "crypto/tls"
	X509    = "crypto/x509"
	NetHTTP = "net/http"
)

// Versions of TLS as crypto/tls numbers them, with the names of its constants.
const (
	VersionSSL30 = 0x0300
	VersionTLS10 = 0x0301
	VersionTLS11 = 0x0302
	VersionTLS12 = 0x0303
	VersionTLS13 = 0x0304
)

// TLSVersion returns how people call a version, or the empty string.
func TLSVersion(v uint64) string {
	switch v {
	case VersionSSL30:
		return "SSL 3.0"
	case VersionTLS10:
		return "TLS 1.0"
	case VersionTLS11:
		return "TLS 1.1"
	case VersionTLS12:
		return "TLS 1.2"
	case VersionTLS13:
		return "TLS 1.3"
	}
	return ""
}

// The values of tls.ClientAuthType.
const (
	NoClientCert = iota
	RequestClientCert
	RequireAnyClientCert
	VerifyClientCertIfGiven
	RequireAndVerifyClientCert
)

// suite is a cipher suite by its number.
type suite struct {
	id   uint16
	name string
}

// insecureSuites are those of tls.InsecureCipherSuites in Go 1.26, by number.
var insecureSuites = [...]suite{
	{0x0005, "TLS_RSA_WITH_RC4_128_SHA"},
	{0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
	{0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"},
	{0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"},
	{0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256"},
	{0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"},
	{0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"},
	{0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"},
	{0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"},
	{0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"},
	{0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"},
	{0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"},
}

// InsecureSuite returns the name of an insecure cipher suite, and the empty string for one
// that crypto/tls does not call so.
func InsecureSuite(id uint64) string {
	i, ok := slices.BinarySearchFunc(insecureSuites[:], id, func(s suite, id uint64) int {
		return int(s.id) - int(min(id, 1<<17))
	})
	if !ok {
		return ""
	}
	return insecureSuites[i].name
}

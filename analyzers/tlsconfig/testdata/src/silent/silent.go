// Package silent has what must not be reported.
package silent

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"lib"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
)

func use(...any) {}

type options struct {
	Insecure   bool
	SkipVerify *bool
	Secure     bool
	TLS        struct{ Verify bool }
	Mode       string
	CAs        *x509.CertPool
	ClientAuth tls.ClientAuthType
	MinVersion uint16
}

var skip = flag.Bool("skip-verify", false, "skip verification")

// An operator's option is the value.

func field(o options) *tls.Config { return &tls.Config{InsecureSkipVerify: o.Insecure} }

func flagged() *tls.Config { return &tls.Config{InsecureSkipVerify: *skip} }

func parameter(on bool) *tls.Config { return &tls.Config{InsecureSkipVerify: on} }

func environment() *tls.Config {
	return &tls.Config{InsecureSkipVerify: os.Getenv("TLS_SKIP_VERIFY") == "1"}
}

// An operator's option is the condition.

func condition(o options) *tls.Config {
	c := &tls.Config{}
	if o.Insecure {
		c.InsecureSkipVerify = true
	}
	return c
}

func pointer(o options) *tls.Config {
	c := &tls.Config{}
	if o.SkipVerify != nil && *o.SkipVerify {
		c.InsecureSkipVerify = true
	}
	return c
}

func negated(o options) *tls.Config {
	c := &tls.Config{}
	if !o.Secure {
		c.InsecureSkipVerify = true
	}
	return c
}

func elseBranch(o options) *tls.Config {
	if o.TLS.Verify {
		return &tls.Config{}
	} else {
		return &tls.Config{InsecureSkipVerify: true}
	}
}

func early(o options) *tls.Config {
	if !o.Insecure {
		return &tls.Config{}
	}
	return &tls.Config{InsecureSkipVerify: true}
}

func mode(o options) *tls.Config {
	switch o.Mode {
	case "skip-verify":
		return &tls.Config{InsecureSkipVerify: true}
	case "require":
		return &tls.Config{InsecureSkipVerify: true}
	}
	return &tls.Config{}
}

func taglessSwitch(o options) *tls.Config {
	switch {
	case o.Insecure:
		return &tls.Config{InsecureSkipVerify: true}
	}
	return nil
}

func env() *tls.Config {
	c := &tls.Config{}
	if os.Getenv("INSECURE") != "" {
		c.InsecureSkipVerify = true
	}
	return c
}

// A name says so.

func insecureTransport() *http.Transport {
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
}

func named() {
	insecureConfig := &tls.Config{InsecureSkipVerify: true}
	use(insecureConfig)
}

func legacyConfig() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS10, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}
}

// WithSkipVerify is an option.
func WithSkipVerify() func(*tls.Config) {
	return func(c *tls.Config) { c.InsecureSkipVerify = true }
}

var transports = map[string]*http.Transport{
	"insecure": {TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
}

// Something else verifies.

func verifyConnection(roots *x509.CertPool) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection:   func(s tls.ConnectionState) error { return verify(s, roots) },
	}
}

func verify(s tls.ConnectionState, roots *x509.CertPool) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("no certificate")
	}
	_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots})
	return err
}

func spiffePattern(c *tls.Config, f func([][]byte, [][]*x509.Certificate) error) {
	c.InsecureSkipVerify = true
	c.VerifyPeerCertificate = f
}

// Hook is for others; ClientAuth is reset, and no server is meant.
func Hook(c *tls.Config, f func([][]byte, [][]*x509.Certificate) error) {
	c.ClientAuth = tls.NoClientCert
	c.InsecureSkipVerify = true
	c.VerifyPeerCertificate = f
}

func afterwards(f func([][]byte, [][]*x509.Certificate) error) *tls.Config {
	c := &tls.Config{InsecureSkipVerify: true}
	if f == nil {
		return nil
	}
	c.VerifyPeerCertificate = f
	return c
}

func byHelper() *tls.Config {
	c := &tls.Config{InsecureSkipVerify: true}
	setVerify(c)
	return c
}

func setVerify(c *tls.Config) {
	c.VerifyConnection = func(s tls.ConnectionState) error { return verify(s, nil) }
}

func base() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }

func onBase() *tls.Config {
	c := base()
	setVerify(c)
	return c
}

func fromLib() *tls.Config { return lib.Verified(func(s tls.ConnectionState) error { return verify(s, nil) }) }

func byHand(addr, host string) error {
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return err
	}
	return conn.VerifyHostname(host)
}

func lastWins() *tls.Config {
	c := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}
	lib.Harden(c)
	return c
}

func verified(o options) *tls.Config { return lib.Config(true) }

// Versions.

func good() *tls.Config { return &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13} }

func helperVersion() *tls.Config { return &tls.Config{MinVersion: lib.NewVersion()} }

func chosen(o options) *tls.Config { return &tls.Config{MinVersion: o.MinVersion} }

func byName(name string) *tls.Config {
	c := &tls.Config{}
	switch name {
	case "1.0":
		c.MinVersion = tls.VersionTLS10
	case "1.2":
		c.MinVersion = tls.VersionTLS12
	}
	return c
}

func unsetVersion() *http.Server { return &http.Server{TLSConfig: &tls.Config{}} }

func goodSuites() *tls.Config {
	return &tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}}
}

func ignoredSuites() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}
}

func namesOfSuites() map[string]uint16 {
	m := map[string]uint16{}
	for _, s := range tls.InsecureCipherSuites() {
		m[s.Name] = s.ID
	}
	return m
}

// Client certificates.

func required(o options) *tls.Config {
	return &tls.Config{ClientCAs: o.CAs, ClientAuth: tls.RequireAndVerifyClientCert}
}

func fromOptions(o options) *tls.Config {
	c := &tls.Config{ClientAuth: tls.NoClientCert}
	c.ClientAuth = o.ClientAuth
	c.ClientCAs = o.CAs
	return c
}

func both(o options) *tls.Config {
	c := &tls.Config{}
	if o.CAs != nil {
		c.ClientCAs = o.CAs
		c.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return c
}

func callback(o options) *tls.Config {
	return &tls.Config{
		ClientAuth:       tls.RequireAnyClientCert,
		VerifyConnection: func(s tls.ConnectionState) error { return verify(s, o.CAs) },
	}
}

func baseServer(o options) *tls.Config { return &tls.Config{ClientCAs: o.CAs} }

func onBaseServer(o options) *tls.Config {
	c := baseServer(o)
	c.ClientAuth = tls.RequireAndVerifyClientCert
	return c
}

// Callbacks that keep something, beside the verification of crypto/tls.

func observes() *tls.Config {
	return &tls.Config{
		ClientAuth:             tls.RequireAndVerifyClientCert,
		SessionTicketsDisabled: true,
		VerifyPeerCertificate:  func(_ [][]byte, chains [][]*x509.Certificate) error { return lookAt(chains) },
	}
}

func lookAt(chains [][]*x509.Certificate) error {
	if len(chains) == 0 {
		return errors.New("nothing")
	}
	return nil
}

func clientCallback() *tls.Config {
	return &tls.Config{VerifyPeerCertificate: func(_ [][]byte, chains [][]*x509.Certificate) error { return lookAt(chains) }}
}

// Other types have fields of the same names.

type config struct {
	InsecureSkipVerify       bool
	MinVersion               uint16
	PreferServerCipherSuites bool
}

func otherType() *config {
	return &config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, PreferServerCipherSuites: true}
}

func generic[T any](t T) *tls.Config { return &tls.Config{ServerName: "x"} }

func alreadyUnsafe(c *tls.Config) bool { return c.InsecureSkipVerify }

func legacySuites() []uint16 { return []uint16{tls.TLS_RSA_WITH_RC4_128_SHA} }

var insecureList = []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}

func askedSuites() (a, b *tls.Config) {
	return &tls.Config{CipherSuites: legacySuites()}, &tls.Config{CipherSuites: insecureList}
}

var shared = &tls.Config{InsecureSkipVerify: true}

func init() { setVerify(shared) }

var pinned = &tls.Config{InsecureSkipVerify: true}

func init() {
	pinned.VerifyConnection = func(s tls.ConnectionState) error { return verify(s, nil) }
}

// A redirect to oneself.

func oldVersion(o options) uint16 { return tls.VersionTLS10 }

func versionOf(s string) (uint16, bool) {
	switch s {
	case "TLS10":
		return tls.VersionTLS10, true
	}
	return 0, false
}

func parsed(s string) *tls.Config {
	v, ok := versionOf(s)
	if !ok {
		return nil
	}
	return &tls.Config{MinVersion: v}
}

var versionsByName = map[string]uint16{"1.0": tls.VersionTLS10}

func looked(s string) *tls.Config { return &tls.Config{MinVersion: versionsByName[s]} }

// What the environment asks for, by way of variables.

func byEnvironment() *tls.Config {
	c := &tls.Config{}
	if on, err := strconv.ParseBool(os.Getenv("TLS_INSECURE")); err == nil && on {
		c.InsecureSkipVerify = true
	}
	return c
}

func lookedUp() *tls.Config {
	c := &tls.Config{}
	if _, ok := os.LookupEnv("INSECURE"); ok {
		c.InsecureSkipVerify = true
	}
	return c
}

func trimmed() *tls.Config {
	c := &tls.Config{}
	raw := os.Getenv("TLS_SKIP_VERIFY")
	value := strings.ToLower(strings.TrimSpace(raw))
	if value == "yes" {
		c.InsecureSkipVerify = true
	}
	return c
}

type settings map[string]bool

func (s settings) GetBool(key string) bool { return s[key] }

func (s settings) allowsSelfSigned() bool { return s["x"] }

func settingOf(s settings) *tls.Config {
	c := &tls.Config{}
	on := s.GetBool("tls.insecure")
	both := on && s.GetBool("tls.enabled")
	if both {
		c.InsecureSkipVerify = true
	}
	return c
}

func methodOf(s settings) *tls.Config {
	c := &tls.Config{}
	on := s.allowsSelfSigned()
	if on {
		c.InsecureSkipVerify = true
	}
	return c
}

// To this machine.

func isLocalhost(host string) bool { return host == "localhost" }

func ownRegistry(host string) *tls.Config {
	c := &tls.Config{}
	if isLocalhost(host) && os.Getenv("REGISTRY") == "" {
		c.InsecureSkipVerify = true
	}
	return c
}

func ownAddress(host string) *tls.Config {
	c := &tls.Config{}
	if ip := net.ParseIP(host); host == "127.0.0.1" || ip.IsLoopback() {
		c.InsecureSkipVerify = true
	}
	return c
}

func notVerified() *tls.Config {
	c := &tls.Config{}
	checks := os.Getenv("VERIFY") != ""
	if !checks {
		c.InsecureSkipVerify = true
	}
	return c
}

// Embedded configurations.

type withConfig struct {
	*tls.Config
	addr string
}

type withValue struct {
	tls.Config
	addr string
}

func embedded(o options) (*withConfig, *withValue) {
	p, v := &withConfig{addr: "a", Config: &tls.Config{}}, &withValue{addr: "a"}
	p.InsecureSkipVerify = o.Insecure
	if o.Insecure {
		v.InsecureSkipVerify = true
	}
	return p, v
}

func embeddedPinned() *withValue {
	v := &withValue{addr: "a"}
	v.InsecureSkipVerify = true
	v.VerifyConnection = func(s tls.ConnectionState) error { return verify(s, nil) }
	return v
}

func embeddedParameter(v *withValue, on bool) { v.InsecureSkipVerify = on }

// Options that are asked for, or applied where somebody else verifies.

func build(apply ...func(*tls.Config)) *tls.Config {
	c := &tls.Config{}
	for _, f := range apply {
		f(c)
	}
	return c
}

func askedOption(o options) *tls.Config {
	if o.Insecure {
		return build(func(c *tls.Config) { c.InsecureSkipVerify = true })
	}
	return build()
}

func insecureBuild() *tls.Config {
	return build(func(c *tls.Config) { c.InsecureSkipVerify = true })
}

func pinnedOption() *tls.Config {
	return build(func(c *tls.Config) {
		c.InsecureSkipVerify = true
		c.VerifyConnection = func(s tls.ConnectionState) error { return verify(s, nil) }
	})
}

// Nobody, unless somebody says who.

func laterAuth(o options) *tls.Config {
	c := &tls.Config{ClientCAs: o.CAs, ClientAuth: tls.NoClientCert}
	if o.CAs != nil {
		c.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return c
}

func noneYet(o options) *tls.Config {
	return &tls.Config{ClientCAs: o.CAs, ClientAuth: tls.NoClientCert}
}

func onNoneYet(o options) *tls.Config {
	c := noneYet(o)
	c.ClientAuth = tls.RequireAndVerifyClientCert
	return c
}

func noPool() *tls.Config { return &tls.Config{ClientAuth: tls.NoClientCert} }

package verify

import (
	"crypto/tls"
	"lib"
	"net/http"
)

func use(...any) {}

type settings struct {
	EnableTLS bool
	Secure    bool
	Verify    bool
	Insecure  bool
	Protocol  string
}

func literal() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`
}

func assigned() *tls.Config {
	c := &tls.Config{}
	c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	return c
}

func value() {
	var c tls.Config
	c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	use(&c)
}

func made() {
	c := new(tls.Config)
	c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	use(c)
}

func inTransport() *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // want `InsecureSkipVerify is set`
	}}
}

func defaultTransport() {
	http.DefaultTransport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`
}

func defaultTransportField() {
	http.DefaultTransport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true               // want `InsecureSkipVerify is set`
}

func clonedTransport() *http.Transport {
	tr := http.DefaultTransport.(*http.Transport).Clone()
	tr.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`
	return tr
}

// DeepField takes any.
func DeepField(tr *http.Transport) {
	tr.TLSClientConfig.InsecureSkipVerify = true /* medium */ // want `InsecureSkipVerify is set`
}

func cloned(base *tls.Config) *tls.Config {
	c := base.Clone()
	c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	return c
}

const yes = true

var on = true

func constant() *tls.Config {
	return &tls.Config{InsecureSkipVerify: yes} // want `InsecureSkipVerify is set`
}

func variable() *tls.Config {
	return &tls.Config{InsecureSkipVerify: on} // want `InsecureSkipVerify is set`
}

func localVariable() *tls.Config {
	v := true
	return &tls.Config{InsecureSkipVerify: v} // want `InsecureSkipVerify is set`
}

// A condition that is about something else.

func tlsEnabled(s settings) *tls.Config {
	if s.EnableTLS {
		return &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`
	}
	return nil
}

func protocol(s settings) *tls.Config {
	var c *tls.Config
	if s.Protocol == "https" {
		c = &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`
	}
	return c
}

// The wrong branch of an option.

func wrongBranch(s settings) *tls.Config {
	c := &tls.Config{}
	if s.Secure {
		c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	}
	if !s.Insecure {
		c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	}
	return c
}

func guardOff(s settings) *tls.Config {
	if s.Insecure {
		return nil
	}
	return &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`
}

// Helpers.

func helper() *tls.Config {
	c := &tls.Config{}
	lib.Relax(c) // want `set by Relax and nothing else`
	return c
}

func relax(c *tls.Config) { c.InsecureSkipVerify = true }

func sameHelper() *tls.Config {
	c := &tls.Config{}
	relax(c) // want `set by relax and nothing else`
	return c
}

func constructor() *tls.Config {
	c := lib.Client() // want `set by Client and nothing else`
	c.ServerName = "x"
	return c
}

func argument() *tls.Config {
	return lib.Config(false) // want `set by Config and nothing else`
}

func newConfig(insecure bool) *tls.Config {
	c := &tls.Config{}
	if insecure {
		c.InsecureSkipVerify = true
	}
	return c
}

func callsWithTrue() {
	use(newConfig(true)) // want `set by newConfig and nothing else`
	use(newConfig(true)) // want `set by newConfig and nothing else`
	use(newConfig(false))
}

func passOn(v bool) *tls.Config { return &tls.Config{InsecureSkipVerify: v} }

func callsPassOn() *tls.Config {
	return passOn(true) // want `set by passOn and nothing else`
}

func etcd() error {
	c, err := lib.Server("x")
	if err != nil {
		return err
	}
	d := c.Clone()
	d.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	use(d)
	return nil
}

// Closures and options.

func option() func(*tls.Config) {
	return func(c *tls.Config) { c.InsecureSkipVerify = true } // want `InsecureSkipVerify is set`
}

func closure() {
	c := &tls.Config{}
	func() { c.InsecureSkipVerify = true }() // want `InsecureSkipVerify is set`
	use(c)
}

func loop(n int) {
	for range n {
		c := &tls.Config{}
		c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
		use(c)
	}
}

func list() []*tls.Config {
	return []*tls.Config{{InsecureSkipVerify: true}} // want `InsecureSkipVerify is set`
}

func generic[T any](t T) (*tls.Config, T) {
	return &tls.Config{InsecureSkipVerify: true}, t // want `InsecureSkipVerify is set`
}

var global = &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`

func loopback() error {
	conn, err := tls.Dial("tcp", "127.0.0.1:8443", &tls.Config{InsecureSkipVerify: true}) /* medium */ // want `InsecureSkipVerify is set`
	use(conn)
	return err
}

// Exported takes any.
func Exported(c *tls.Config) {
	c.InsecureSkipVerify = true /* medium */ // want `InsecureSkipVerify is set`
}

type client struct{ tls *tls.Config }

func (c *client) setUp() {
	c.tls = &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`
}

func (c *client) change() {
	c.tls.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
}

func pins(addr string) error {
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) /* medium */ // want `InsecureSkipVerify is set`
	if err != nil {
		return err
	}
	use(conn.ConnectionState())
	return nil
}

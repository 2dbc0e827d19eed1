package suites

import (
	"crypto/tls"
	"lib"
)

type options struct{ AllowLegacy bool }

func literal() *tls.Config {
	return &tls.Config{CipherSuites: []uint16{
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_RSA_WITH_RC4_128_SHA, // want `holds TLS_RSA_WITH_RC4_128_SHA`
		0xc011,                       // want `holds TLS_ECDHE_RSA_WITH_RC4_128_SHA`
	}}
}

func assigned() *tls.Config {
	c := &tls.Config{}
	c.CipherSuites = []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA} // want `holds TLS_RSA_WITH_AES_128_CBC_SHA,`
	return c
}

func appended(o options) *tls.Config {
	c := &tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}
	c.CipherSuites = append(c.CipherSuites, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA) // want `holds TLS_RSA_WITH_3DES_EDE_CBC_SHA`
	if o.AllowLegacy {
		c.CipherSuites = append(c.CipherSuites, tls.TLS_RSA_WITH_RC4_128_SHA)
	}
	return c
}

func local(o options) *tls.Config {
	var list []uint16
	list = append(list, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
	list = append(list, tls.TLS_RSA_WITH_RC4_128_SHA) // want `holds TLS_RSA_WITH_RC4_128_SHA`
	if o.AllowLegacy {
		list = append(list, tls.TLS_RSA_WITH_AES_128_CBC_SHA)
	}
	return &tls.Config{CipherSuites: list}
}

func all() *tls.Config {
	var list []uint16
	for _, s := range tls.InsecureCipherSuites() {
		list = append(list, s.ID) // want `holds a suite of tls.InsecureCipherSuites`
	}
	return &tls.Config{CipherSuites: list}
}

func indexed() *tls.Config {
	list := tls.InsecureCipherSuites()
	return &tls.Config{CipherSuites: []uint16{list[0].ID}} // want `holds a suite of tls.InsecureCipherSuites`
}

func element() *tls.Config {
	list := make([]uint16, 2)
	list[0] = tls.TLS_RSA_WITH_RC4_128_SHA // want `holds TLS_RSA_WITH_RC4_128_SHA`
	return &tls.Config{CipherSuites: list}
}

var defaults = []uint16{
	tls.TLS_RSA_WITH_RC4_128_SHA, // want `holds TLS_RSA_WITH_RC4_128_SHA`
}

func global() *tls.Config { return &tls.Config{CipherSuites: defaults} }

func own() []uint16 {
	return []uint16{tls.TLS_RSA_WITH_RC4_128_SHA} // want `holds TLS_RSA_WITH_RC4_128_SHA`
}

func function() *tls.Config { return &tls.Config{CipherSuites: own()} }

func otherFunction() *tls.Config {
	return &tls.Config{CipherSuites: lib.Suites()} // want `holds TLS_RSA_WITH_RC4_128_SHA`
}

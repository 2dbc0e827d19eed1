package tlsconfig

import (
	"fmt"
	"go/token"
	goversion "go/version"
	"strings"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/fields"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// versions reports versions of TLS below 1.2.
func (c *checker) versions(o *fields.Object, called bool) {
	for _, name := range [...]string{"MaxVersion", "MinVersion"} {
		values := o.Field(name)
		mixed := false // something newer may be there as well
		for _, v := range values {
			n, ok := number(v)
			mixed = mixed || v.Kind == fields.Other || v.Kind == fields.Unknown || v.Kind == fields.Param || ok && n >= knowledge.VersionTLS12
		}
		for _, v := range values {
			n, ok := number(v)
			if !ok || n == 0 || n >= knowledge.VersionTLS12 || v.OptIn || !c.concerns(v, called) {
				continue
			}
			conf, none := c.trust(o, v)
			if none {
				continue
			}
			if mixed && o.IsKnown() {
				conf = rule.Medium
			}
			if c.finishes(o, name) {
				conf = rule.Medium
			}
			what := knowledge.TLSVersion(n)
			if what == "" {
				what = fmt.Sprintf("%#04x", n)
			}
			message := fmt.Sprintf("%s is %s%s, which is broken: use TLS 1.2 or 1.3", name, what, by(v))
			c.report(&version, conf, v, message, c.raise(name, v)...)
		}
	}
	if !called {
		c.defaultVersion(o)
	}
}

// defaultVersion reports servers that are left with the default minimum of old Go: TLS 1.0.
func (c *checker) defaultVersion(o *fields.Object) {
	if !o.IsKnown() {
		return
	}
	lang := c.goVersion(o.Pos)
	if lang == "" || isAtLeast(lang, "go1.22") {
		return
	}
	for _, v := range o.Field("MinVersion") {
		if n, ok := number(v); v.Kind != fields.Unset && (!ok || n != 0) {
			return
		}
	}
	server, client := c.sides(o)
	if !server || client || c.finishes(o, "MinVersion") || o.Comes(isSpiffe) {
		return
	}
	for _, s := range o.Sources {
		if s.Kind != fields.Made {
			return // its maker is told
		}
	}
	end := o.Pos
	if len(o.Sources) > 0 {
		end = o.Sources[0].Pos
	}
	v := &fields.Value{Pos: end, End: end}
	c.report(&version, rule.High, v, fmt.Sprintf("MinVersion is not set, and a server built for %s accepts TLS 1.0 then: set it to TLS 1.2 or 1.3", lang))
}

// isAtLeast reports whether a version of Go is at least another.
func isAtLeast(have, least string) bool { return goversion.Compare(have, least) >= 0 }

// goVersion returns the version of Go that decides what crypto/tls does by default: that of
// the module; where there is none, the file's.
func (c *checker) goVersion(pos token.Pos) string {
	if c.Module != nil && c.Module.GoVersion != "" {
		return "go" + strings.TrimPrefix(c.Module.GoVersion, "go")
	}
	if v := c.Pkg.GoVersion(); v != "" {
		return v
	}
	if f := code.File(c.Pass, pos); f != nil {
		return c.TypesInfo.FileVersions[f]
	}
	return ""
}

// cipherSuites reports insecure cipher suites.
func (c *checker) cipherSuites(o *fields.Object, called bool) {
	if c.only13(o) {
		return
	}
	for _, v := range o.Field("CipherSuites") {
		if v.Kind != fields.List || v.OptIn || !c.concerns(v, called) {
			continue
		}
		conf, none := c.trust(o, v)
		if none {
			continue
		}
		for i, id := range v.List {
			name := knowledge.InsecureSuite(id)
			if id == fields.AllInsecure {
				name = "a suite of tls.InsecureCipherSuites"
			}
			if name == "" {
				continue
			}
			at := *v
			if i < len(v.Elems) && v.Elems[i] != nil {
				at.Pos, at.End, at.Origin = v.Elems[i].Pos(), v.Elems[i].End(), token.NoPos
			}
			c.report(&suites, conf, &at, fmt.Sprintf("CipherSuites holds %s%s, which is insecure", name, by(v)))
			if i >= len(v.Elems) {
				break // one is enough for a list that stands elsewhere
			}
		}
	}
}

// only13 reports whether an object allows TLS 1.3 alone, where CipherSuites means nothing.
func (c *checker) only13(o *fields.Object) bool {
	for _, v := range o.Field("MinVersion") {
		if n, ok := number(v); !ok || n < knowledge.VersionTLS13 {
			return false
		}
	}
	return true
}

// clientAuth reports servers that ask for certificates of clients and do not verify them.
func (c *checker) clientAuth(o *fields.Object, called bool) {
	for _, name := range [...]string{"VerifyConnection", "VerifyPeerCertificate"} {
		if some, _ := c.has(o, name); some {
			return
		}
	}
	if c.finishes(o, "VerifyConnection", "VerifyPeerCertificate", "ClientAuth") {
		return
	}
	values := o.Field("ClientAuth")
	weakest, strongest := uint64(knowledge.RequireAndVerifyClientCert), uint64(0)
	unset := true
	for _, v := range values {
		n, ok := number(v)
		switch {
		case v.Kind == fields.Unset:
			n = knowledge.NoClientCert
		case !ok || v.OptIn:
			return // somebody chooses
		default:
			unset = false
		}
		weakest, strongest = min(weakest, n), max(strongest, n)
	}
	switch {
	case strongest == knowledge.RequireAnyClientCert:
		for _, v := range values {
			if n, ok := number(v); !ok || n != knowledge.RequireAnyClientCert || !c.concerns(v, called) {
				continue
			}
			conf, none := c.trust(o, v)
			if none {
				continue
			}
			if c.verifies {
				conf = rule.Medium
			}
			c.report(&clientauth, conf, v, "RequireAnyClientCert"+by(v)+" accepts every certificate: use RequireAndVerifyClientCert, or verify in VerifyConnection")
		}
	case strongest <= knowledge.RequestClientCert && !called:
		if some, _ := c.has(o, "GetConfigForClient"); some {
			return
		}
		for _, v := range o.Field("ClientCAs") {
			if !c.concerns(v, called) || v.Kind == fields.Nil || v.OptIn {
				continue
			}
			conf, none := c.trust(o, v)
			if none || !o.IsKnown() {
				continue
			}
			message := "ClientCAs is set, but ClientAuth is not: no client is asked for a certificate"
			switch {
			case unset:
			case strongest == knowledge.NoClientCert:
				message = "ClientCAs is set, but ClientAuth is NoClientCert: no client is asked for a certificate"
			default: // the handlers may verify what they get
				conf = rule.Medium
				message = "ClientCAs is set, but ClientAuth lets in clients whose certificate is not verified"
			}
			c.report(&clientauth, conf, v, message, c.requireAndVerify(o, v, unset)...)
		}
	}
}

// obsolete reports fields that crypto/tls has ignored since Go 1.18.
func (c *checker) obsolete(o *fields.Object) {
	if lang := c.goVersion(o.Pos); lang != "" && !isAtLeast(lang, "go1.18") {
		return
	}
	for _, v := range o.Field("PreferServerCipherSuites") {
		if !c.concerns(v, false) || v.Node == nil {
			continue
		}
		c.report(&obsolete, rule.High, v, "PreferServerCipherSuites is ignored since Go 1.18: delete it", c.remove(o, v)...)
	}
}

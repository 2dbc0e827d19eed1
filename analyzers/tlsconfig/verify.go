package tlsconfig

import (
	"go/ast"
	"go/types"
	"net"
	"strings"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/fields"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// skipVerify reports InsecureSkipVerify where nothing else verifies the peer.
func (c *checker) skipVerify(o *fields.Object, called bool) {
	all := o.Field("InsecureSkipVerify")
	for _, v := range all {
		if !c.concerns(v, called) {
			continue
		}
		message := "InsecureSkipVerify is set" + by(v) + " and nothing else verifies the peer's certificate"
		switch {
		case isTrue(v) && !v.OptIn:
		case c.policy.Config.Strict && isTrue(v):
			message = "InsecureSkipVerify is set" + by(v) + " when an option asks for it, which strict mode does not allow"
		case c.policy.Config.Strict && (v.Kind == fields.Other || v.Kind == fields.Param && ast.IsExported(enclosing(o))):
			message = "InsecureSkipVerify can be chosen by whoever configures the program, which strict mode does not allow"
		default:
			continue
		}
		conf, none := c.trust(o, v)
		if none {
			continue
		}
		only := len(all) == 1
		if level, verified := c.verification(o, v, only); verified {
			continue
		} else if level < conf {
			conf = level
		}
		if conf > rule.Medium && (isLocal(c.TypesInfo, o) || c.isServerOnly(o)) {
			conf = rule.Medium
		}
		c.report(&skipverify, conf, v, message)
	}
}

func enclosing(o *fields.Object) string {
	if d, ok := o.Func.(*ast.FuncDecl); ok {
		return d.Name.Name
	}
	return "Literal"
}

// verification tells whether something verifies the peer in place of crypto/tls, and if not
// how sure that is.
func (c *checker) verification(o *fields.Object, v *fields.Value, only bool) (rule.Confidence, bool) {
	conf := rule.High
	for _, name := range [...]string{"VerifyConnection", "VerifyPeerCertificate"} {
		some, all := c.has(o, name)
		switch {
		case all:
			return 0, true
		case !some:
		case only && v.Via == nil && c.allMade(o, name):
			// What a constructor elsewhere sometimes checks is no substitute that this
			// function could have had in mind.
		case c.isUntouched(o, name):
		default:
			conf = rule.Medium
		}
	}
	if c.finishes(o, "VerifyConnection", "VerifyPeerCertificate") {
		return 0, true
	}
	if byHand, looks := c.afterHandshake(o); byHand {
		return 0, true
	} else if looks {
		conf = rule.Medium
	}
	return conf, false
}

// isUntouched reports whether an object is what an option is applied to, in a call that makes a
// configuration, and neither the option nor what it is applied in has to do with the field.
func (c *checker) isUntouched(o *fields.Object, name string) bool {
	lit, ok := o.Func.(*ast.FuncLit)
	if !ok {
		return false
	}
	call, ok := c.fields.Parent(lit).(*ast.CallExpr)
	if !ok || call.Fun == lit {
		return false
	}
	makes := false
	for _, made := range c.fields.Objects {
		for _, s := range made.Sources {
			if s.Kind == fields.Call && s.Pos == call.Pos() {
				makes = true
				if written(made, name) {
					return false
				}
			}
		}
	}
	if !makes {
		return false
	}
	var in ast.Node = call
	for up := c.fields.Parent(in); up != nil; up = c.fields.Parent(up) {
		in = up
	}
	if sets(in, name) {
		return false
	}
	fn := code.Callee(c.TypesInfo, call)
	if fn == nil || fn.Pkg() != c.Pkg {
		return fn != nil
	}
	d := c.fields.Decl(fn)
	return d != nil && !sets(d, name)
}

// sets reports whether a name is that of a field somewhere in a declaration.
func sets(in ast.Node, name string) bool {
	found := false
	ast.Inspect(in, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name
		return !found
	})
	return found
}

// allMade reports whether all that is written to a field was so by the constructor of the
// object, in another function, and not on each of its ways.
func (c *checker) allMade(o *fields.Object, name string) bool {
	unset := false
	for _, v := range o.Field(name) {
		switch {
		case v.Kind == fields.Unset, v.Kind == fields.Nil:
			unset = true
		case v.Kind == fields.Unknown, v.Via == nil, !v.Made:
			return false
		}
	}
	return unset
}

// afterHandshake tells whether the function verifies certificates itself, or at least looks at
// the connection's state, as one that pins a key does.
func (c *checker) afterHandshake(o *fields.Object) (byHand, looks bool) {
	if o.Func == nil {
		return false, false
	}
	if known, ok := c.handshakes[o.Func]; ok {
		return known.byHand, known.looks
	}
	defer func() { c.handshakes[o.Func] = handshake{byHand, looks} }()
	ast.Inspect(o.Func, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fn := code.Callee(c.TypesInfo, call)
		switch {
		case fn == nil:
		case code.IsMethod(fn, knowledge.X509, "Certificate", "Verify"), code.IsMethod(fn, knowledge.TLS, "Conn", "VerifyHostname"):
			byHand = true
		case code.IsMethod(fn, knowledge.TLS, "Conn", "ConnectionState"):
			looks = true
		}
		return true
	})
	return byHand, looks
}

// handshake is what a function does after one: see afterHandshake.
type handshake struct{ byHand, looks bool }

// verifiesByHand reports whether the package verifies certificates itself anywhere, but for the
// callbacks of configurations: those count for theirs alone.
func (c *checker) verifiesByHand() bool {
	for _, f := range c.Files {
		if c.verifiesIn(f) {
			return true
		}
	}
	return false
}

func (c *checker) verifiesIn(root ast.Node) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		if found {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return !isCallback(c.TypesInfo.TypeOf(n))
		case *ast.Ident:
			fn, ok := c.TypesInfo.Uses[n].(*types.Func)
			found = ok && fn.Name() == "Verify" && code.IsMethod(fn, knowledge.X509, "Certificate", "Verify")
		}
		return true
	})
	return found
}

// isCallback reports whether a type is that of VerifyConnection or VerifyPeerCertificate.
func isCallback(t types.Type) bool {
	sig, ok := t.(*types.Signature)
	if !ok || sig.Results().Len() != 1 {
		return false
	}
	switch p := sig.Params(); p.Len() {
	case 1:
		return code.IsNamed(p.At(0).Type(), knowledge.TLS, "ConnectionState")
	case 2:
		return types.TypeString(p.At(0).Type(), nil) == "[][]byte"
	}
	return false
}

// isLocal reports whether an object is used for connections to this machine, and no others.
func isLocal(info *types.Info, o *fields.Object) bool {
	local := false
	for _, use := range o.Uses {
		if use.Return || use.Field != nil {
			return false
		}
		if use.Call == nil {
			continue
		}
		known := false
		for _, arg := range use.Call.Args {
			if s, ok := code.ConstString(info, arg); ok && isLoopback(s) {
				known = true
			}
		}
		if !known {
			return false
		}
		local = true
	}
	return local
}

// isLoopback reports whether an address is one of this machine.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// isServerOnly reports whether an object is for servers and shows no sign of being for clients,
// which are all that heed InsecureSkipVerify.
func (c *checker) isServerOnly(o *fields.Object) bool {
	server, client := c.sides(o)
	return server && !client
}

// sides tells on which side of connections an object is used, as far as is to be seen.
func (c *checker) sides(o *fields.Object) (server, client bool) {
	server = asksClients(o)
	for _, name := range [...]string{"ClientCAs", "GetCertificate", "GetConfigForClient"} {
		server = server || written(o, name)
	}
	for _, name := range [...]string{"RootCAs", "ServerName", "ClientSessionCache", "GetClientCertificate"} {
		client = client || written(o, name)
	}
	for _, use := range o.Uses {
		switch {
		case use.Field != nil && use.Field.Name() == "TLSConfig" && isIn(use.Field, knowledge.NetHTTP):
			server = true
		case use.Field != nil && use.Field.Name() == "TLSClientConfig":
			client = true
		case use.Func != nil && isIn(use.Func, knowledge.TLS):
			switch use.Func.Name() {
			case "Listen", "NewListener", "Server":
				server = true
			case "Dial", "DialWithDialer", "Client":
				client = true
			}
		case use.Func != nil && strings.Contains(use.Func.Name(), "Dial"):
			client = true
		case use.Func != nil && strings.Contains(use.Func.Name(), "Listen"):
			server = true
		}
		if use.Func != nil && use.Func.Name() == "NewTLS" && strings.HasSuffix(pathOf(use.Func), "grpc/credentials") {
			// Either side: the call about it tells.
			switch c.about(use.Call) {
			case "Creds":
				server = true
			case "WithTransportCredentials":
				client = true
			}
		}
	}
	if lit, ok := o.Func.(*ast.FuncLit); ok && answersHello(c.TypesInfo.TypeOf(lit)) {
		server = true
	}
	if d, ok := o.Func.(*ast.FuncDecl); ok && answersHello(c.TypesInfo.TypeOf(d.Name)) {
		server = true
	}
	return server, client
}

// about returns the name of the function that a call is an argument of.
func (c *checker) about(call *ast.CallExpr) string {
	outer, _ := c.fields.Parent(call).(*ast.CallExpr)
	if outer == nil {
		return ""
	}
	if fn := code.Callee(c.TypesInfo, outer); fn != nil {
		return fn.Name()
	}
	return ""
}

// answersHello reports whether a function is one for GetConfigForClient.
func answersHello(t types.Type) bool {
	sig, ok := t.(*types.Signature)
	return ok && sig.Params().Len() == 1 && code.IsNamed(sig.Params().At(0).Type(), knowledge.TLS, "ClientHelloInfo")
}

// asksClients reports whether clients may be asked for certificates.
func asksClients(o *fields.Object) bool {
	for _, v := range o.Field("ClientAuth") {
		if n, ok := number(v); v.Kind != fields.Unset && v.Kind != fields.Unknown && (!ok || n != knowledge.NoClientCert) {
			return true
		}
	}
	return false
}

func written(o *fields.Object, name string) bool {
	for _, v := range o.Field(name) {
		if v.Kind != fields.Unset && v.Kind != fields.Unknown && v.Kind != fields.Nil {
			return true
		}
	}
	return false
}

func isIn(obj types.Object, path string) bool { return pathOf(obj) == path }

func pathOf(obj types.Object) string {
	if obj.Pkg() == nil {
		return ""
	}
	return obj.Pkg().Path()
}

// acceptAll reports callbacks that replace the verification and accept every peer.
func (c *checker) acceptAll(o *fields.Object) {
	if c.finishes(o, "VerifyConnection", "VerifyPeerCertificate") {
		return
	}
	names := [...]string{"VerifyConnection", "VerifyPeerCertificate"}
	var accepting []*fields.Value
	conf := rule.High
	for _, name := range names {
		for _, v := range o.Field(name) {
			switch v.Kind {
			case fields.Unset, fields.Nil:
			case fields.Unknown:
				if c.fields.Mentions[name] && !o.IsKnown() && v.Pos.IsValid() {
					conf = rule.Medium
				}
			case fields.Func:
				keeps, accepts := c.accepts(v)
				switch {
				case !accepts:
					return // somebody verifies
				case keeps:
					conf = rule.Medium
				}
				accepting = append(accepting, v)
			default:
				return
			}
		}
	}
	if len(accepting) == 0 {
		return
	}
	// A callback beside crypto/tls's own verification may accept what that has accepted.
	instead := c.insteadOfVerification(o)
	if instead == asked {
		return
	}
	if instead == beside {
		conf = rule.Low
	}
	for _, v := range accepting {
		if !c.concerns(v, false) || v.OptIn {
			continue
		}
		c.report(&acceptall, conf, v, "this callback returns nil on every path: every peer is accepted")
	}
}

type replacement uint8

const (
	beside replacement = iota // crypto/tls verifies
	asked                     // an operator has asked it not to
	instead
)

// insteadOfVerification tells whether callbacks are all the verification there is.
func (c *checker) insteadOfVerification(o *fields.Object) replacement {
	r := beside
	for _, v := range o.Field("InsecureSkipVerify") {
		switch {
		case isTrue(v) && !v.OptIn:
			return instead
		case isTrue(v), v.Kind == fields.Other, v.Kind == fields.Param:
			r = asked
		}
	}
	for _, v := range o.Field("ClientAuth") {
		if n, ok := number(v); ok && (n == knowledge.RequireAnyClientCert || n == knowledge.RequestClientCert) && !v.OptIn {
			return instead
		}
	}
	return r
}

// accepts tells whether a callback returns nil on every path, and whether it keeps what it is
// given for somebody else to look at.
func (c *checker) accepts(v *fields.Value) (keeps, accepts bool) {
	var body *ast.BlockStmt
	var params *types.Tuple
	switch {
	case v.Lit != nil:
		body = v.Lit.Body
		if sig, ok := c.TypesInfo.TypeOf(v.Lit).(*types.Signature); ok {
			params = sig.Params()
		}
	case v.Func != nil:
		d := c.fields.Decl(v.Func)
		if d == nil || d.Body == nil {
			return false, false
		}
		body, params = d.Body, v.Func.Signature().Params()
	default:
		return false, false
	}
	accepts = true
	returns := 0
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			keeps = true // who knows when that runs
			return false
		case *ast.ReturnStmt:
			returns++
			if len(n.Results) != 1 || !c.TypesInfo.Types[n.Results[0]].IsNil() {
				accepts = false
			}
		case *ast.AssignStmt:
			for _, lhs := range n.Lhs {
				if v := code.Var(c.TypesInfo, lhs); v == nil || v.Pos() < body.Pos() || v.Pos() > body.End() {
					if id, ok := lhs.(*ast.Ident); !ok || id.Name != "_" {
						keeps = true
					}
				}
			}
		case *ast.SendStmt:
			keeps = true
		case *ast.CallExpr:
			if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && id.Name == "panic" {
				accepts = false
			}
			if fn := code.Callee(c.TypesInfo, n); fn == nil || !logs(fn) {
				for _, arg := range n.Args {
					keeps = keeps || mentions(c.TypesInfo, arg, params)
				}
			}
		}
		return true
	})
	return keeps, accepts && returns > 0
}

// logs reports whether a function only says something.
func logs(fn *types.Func) bool {
	switch pathOf(fn) {
	case "fmt", "log", "log/slog":
		return true
	}
	return false
}

// mentions reports whether an expression names one of the parameters.
func mentions(info *types.Info, e ast.Expr, params *types.Tuple) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && params != nil {
			for p := range params.Variables() {
				found = found || info.Uses[id] == p
			}
		}
		return !found
	})
	return found
}

// resumption reports VerifyPeerCertificate where a resumed session goes round it.
func (c *checker) resumption(o *fields.Object, called bool) {
	some, all := c.has(o, "VerifyPeerCertificate")
	if !some || c.finishes(o, "VerifyConnection", "SessionTicketsDisabled") {
		return
	}
	if some, _ := c.has(o, "VerifyConnection"); some {
		return
	}
	if some, _ := c.has(o, "SessionTicketsDisabled"); some {
		return
	}
	server, client := c.sides(o)
	caches, _ := c.has(o, "ClientSessionCache")
	certs := asksClients(o)
	if !certs && o.IsKnown() {
		server = false // no client shows a certificate
	}
	message := "VerifyPeerCertificate is not called for resumed sessions: "
	switch {
	case server:
		message += "set SessionTicketsDisabled, or verify in VerifyConnection"
	case client && caches:
		message += "verify in VerifyConnection, or set no ClientSessionCache"
	default:
		return
	}
	for _, v := range o.Field("VerifyPeerCertificate") {
		if !c.concerns(v, called) || v.Kind == fields.Nil {
			continue
		}
		conf, none := c.trust(o, v)
		if none {
			continue
		}
		if v.Kind == fields.Func {
			if _, accepts := c.accepts(v); accepts {
				continue
			}
		}
		if (!o.IsKnown() || !all) && conf > rule.Medium {
			conf = rule.Medium
		}
		c.report(&resumption, conf, v, message)
	}
}

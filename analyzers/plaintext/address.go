package plaintext

import (
	"go/ast"
	"net"
	"net/netip"
	"strings"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// reach says who can reach an address.
type reach uint8

const (
	unknown reach = iota
	local         // only what runs on the same machine
	remote        // other machines
)

// listens returns who can reach a server on the address, and whether the code says all of it:
// ":" + port can be reached by everyone, whatever the port.
func (c *checker) listens(address ast.Expr) (who reach, whole bool) {
	text, whole := c.values().String(address)
	if !whole && !strings.Contains(text, ":") {
		return unknown, false
	}
	host := text // ":http" stands for an empty address
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		host = text[:i]
	}
	if strings.Contains(strings.Trim(host, "[]"), ":") && !strings.HasPrefix(host, "[") {
		return unknown, false // an IPv6 address that is not complete
	}
	return hostReach(host, remote), whole
}

// hostReach returns who can reach a host; no host means empty.
func hostReach(host string, empty reach) reach {
	host = strings.Trim(host, "[]")
	if host == "" {
		return empty
	}
	if a, err := netip.ParseAddr(host); err == nil {
		if a.Unmap().IsLoopback() {
			return local
		}
		return remote
	}
	if name := strings.ToLower(strings.TrimSuffix(host, ".")); name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return local
	}
	return remote
}

// dials returns who is at the other end of a gRPC target.
func dials(target string) reach {
	scheme, rest, found := strings.Cut(target, ":")
	switch {
	case !found:
		return unknown // a name for a dialer or a resolver of one's own
	case scheme == "dns" || scheme == "passthrough":
		// dns:host, dns:///host or dns://authority/host
		if after, ok := strings.CutPrefix(rest, "//"); ok {
			_, rest, _ = strings.Cut(after, "/")
		}
		target = rest
	case strings.HasPrefix(rest, "//") || strings.HasPrefix(scheme, "unix"):
		return unknown // a scheme that only its resolver understands, or a socket
	}
	host := target
	if h, port, err := net.SplitHostPort(target); err == nil {
		if port == "" {
			return unknown
		}
		host = h
	}
	if strings.HasPrefix(host, "bufnet") || strings.HasPrefix(host, "bufconn") || strings.Contains(host, "/") {
		return unknown
	}
	return hostReach(host, local)
}

// listener returns who can reach what a listener accepts; unknown for one that speaks TLS too.
func (c *checker) listener(e ast.Expr) (who reach, whole bool) {
	made, index := c.values().Of(e)
	call, ok := made.(*ast.CallExpr)
	if !ok || index != 0 || len(call.Args) < 2 {
		return unknown, false
	}
	fn := code.Callee(c.info, call)
	args := call.Args
	if code.IsMethod(fn, "net", "ListenConfig", "Listen") {
		args = args[1:]
	} else if !code.IsFunc(fn, "net", "Listen") {
		return unknown, false
	}
	if len(args) != 2 {
		return unknown, false
	}
	switch network, _ := c.values().String(args[0]); network {
	case "tcp", "tcp4", "tcp6":
		return c.listens(args[1])
	case "unix", "unixpacket":
		return local, true
	}
	return unknown, false
}

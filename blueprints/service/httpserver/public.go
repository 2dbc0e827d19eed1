package httpserver

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

// publicIdleTimeout is short: a place costs a client of the public listener nothing.
const publicIdleTimeout = 30 * time.Second

// Public returns those of routes that rules name.
func Public(routes []Route, rules identity.Rules) []Route {
	return slices.DeleteFunc(slices.Clone(routes), func(route Route) bool {
		return !slices.ContainsFunc(rules, func(rule identity.Rule) bool { return rule.Target == route.Pattern })
	})
}

// PublicOptions is what a public Server is made of; every field is required.
type PublicOptions struct {
	TLS       *tls.Config          // of identity.PublicConfig
	Access    *identity.Authorizer // of the public rules, which are not those of callers with an identity
	Telemetry func(http.Handler) (http.Handler, error)
	Logger    *slog.Logger
}

// NewPublic returns a server of routes for clients that have no identity: no request has a
// caller, and each answer tells browsers to stay with HTTPS and to make nothing of its content.
func NewPublic(o PublicOptions, routes []Route) (*Server, error) {
	s, err := New(Options{Access: o.Access, Telemetry: o.Telemetry, Logger: o.Logger}, routes)
	s.config = o.TLS
	s.http.Handler = hardened(s.http.Handler)
	s.http.IdleTimeout = publicIdleTimeout
	return s, err
}

// hardened sets the headers that OWASP asks of every answer of an API.
func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Strict-Transport-Security", "max-age=31536000")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

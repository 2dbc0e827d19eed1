// Package keys has the keys of foreign.
package keys

import "go.opentelemetry.io/otel/attribute"

const (
	Method = "http.method"
	Status = attribute.Key("http.status_code")
	Tenant = "app.tenant"
)

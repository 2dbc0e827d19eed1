// Package semconv has a few of the names of version 1.43.0.
package semconv

import "go.opentelemetry.io/otel/attribute"

const SchemaURL = "https://opentelemetry.io/schemas/1.43.0"

const (
	ServiceNameKey            = attribute.Key("service.name")
	DBSystemNameKey           = attribute.Key("db.system.name")
	DBQueryTextKey            = attribute.Key("db.query.text")
	HTTPRequestMethodKey      = attribute.Key("http.request.method")
	HTTPResponseStatusCodeKey = attribute.Key("http.response.status_code")
	ServerAddressKey          = attribute.Key("server.address")
	HostCPUFamilyKey          = attribute.Key("host.cpu.family")
)

var (
	HTTPRequestMethodGet  = HTTPRequestMethodKey.String("GET")
	HTTPRequestMethodPost = HTTPRequestMethodKey.String("POST")
)

func ServiceName(val string) attribute.KeyValue         { return ServiceNameKey.String(val) }
func DBQueryText(val string) attribute.KeyValue         { return DBQueryTextKey.String(val) }
func HTTPResponseStatusCode(val int) attribute.KeyValue { return HTTPResponseStatusCodeKey.Int(val) }
func ServerAddress(val string) attribute.KeyValue       { return ServerAddressKey.String(val) }
func HTTPRequestHeader(key string, val ...string) attribute.KeyValue {
	return attribute.StringSlice("http.request.header."+key, val)
}

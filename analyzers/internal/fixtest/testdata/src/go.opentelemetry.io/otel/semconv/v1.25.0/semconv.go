// Package semconv has a few of the names of version 1.25.0.
package semconv

import "go.opentelemetry.io/otel/attribute"

const SchemaURL = "https://opentelemetry.io/schemas/1.25.0"

const (
	ServiceNameKey            = attribute.Key("service.name")
	DBSystemKey               = attribute.Key("db.system")
	DBNameKey                 = attribute.Key("db.name")
	DBStatementKey            = attribute.Key("db.statement")
	HTTPMethodKey             = attribute.Key("http.method")
	HTTPRequestMethodKey      = attribute.Key("http.request.method")
	HTTPStatusCodeKey         = attribute.Key("http.status_code")
	HTTPResponseStatusCodeKey = attribute.Key("http.response.status_code")
	HTTPTargetKey             = attribute.Key("http.target")
	NetPeerNameKey            = attribute.Key("net.peer.name")
	RPCSystemKey              = attribute.Key("rpc.system")
)

var (
	DBSystemMySQL = DBSystemKey.String("mysql")
	RPCSystemGRPC = RPCSystemKey.String("grpc")
)

func ServiceName(val string) attribute.KeyValue         { return ServiceNameKey.String(val) }
func DBName(val string) attribute.KeyValue              { return DBNameKey.String(val) }
func DBStatement(val string) attribute.KeyValue         { return DBStatementKey.String(val) }
func HTTPMethod(val string) attribute.KeyValue          { return HTTPMethodKey.String(val) }
func HTTPStatusCode(val int) attribute.KeyValue         { return HTTPStatusCodeKey.Int(val) }
func HTTPResponseStatusCode(val int) attribute.KeyValue { return HTTPResponseStatusCodeKey.Int(val) }
func HTTPTarget(val string) attribute.KeyValue          { return HTTPTargetKey.String(val) }
func NetPeerName(val string) attribute.KeyValue         { return NetPeerNameKey.String(val) }

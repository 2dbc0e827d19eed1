// Package notype has shapes that must not trip anything.
package notype

import (
	. "go.opentelemetry.io/otel/attribute"
	. "go.opentelemetry.io/otel/semconv/v1.25.0"
)

type T[K ~string] struct{ k K }

func (t T[K]) set(v string) KeyValue { return String(string(t.k), v) }

const (
	a = iota
	b
	c = "x" + d
	d = "y"
)

var (
	f        = String
	_        = f("http.flavor", "2") // a value that is called is not followed
	_        = Key.String
	_        = Key("http.route").String("/")
	_        = []KeyValue{HTTPMethod("GET")} // want `HTTPMethod of semconv v1.25.0 is "http.method"`
	_        = KeyValue{}
	_        = KeyValue{"server.port", StringValue("80")} // want `"server.port" takes an int, not a string`
	_, _     = KeyValue{Value: Value{}}, KeyValue{Key: Key("")}
	_        = map[Key]int{HTTPTargetKey: 1}
	m        = map[string]string{}
	_        = func() int { m[string(NetPeerNameKey)] = "x"; return 0 }() // want `NetPeerNameKey of semconv v1.25.0 is "net.peer.name"`
	_        = func(k Key) Key { return k }(HTTPTargetKey)                // want `HTTPTargetKey of semconv v1.25.0 is "http.target"`
	x, y Key = "http.scheme", Key(z)
	z        = "q"
)

// Package shown tells what is shown without asking.
package shown

import (
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.25.0"
)

const Statement = string(semconv.DBStatementKey) // want `DBStatementKey of semconv v1.25.0 is "db.statement"`

func system() attribute.KeyValue {
	return semconv.DBSystemMySQL // want `DBSystemMySQL of semconv v1.25.0 is "db.system"`
}

func key() attribute.Key { return semconv.HTTPTargetKey } // for whatever

func set(user string) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("http.flavor", "2"), // want `"http.flavor" was replaced by "network.protocol.name" and "network.protocol.version"`
		attribute.String("db.user", user),    // nothing takes its place
		attribute.Int("go.gc.pause", 1),
		attribute.Int("aws.dynamodb.consumed", 1),
	}
}

func number(n int) attribute.KeyValue {
	return attribute.Int("hw.battery.charge", n)
}

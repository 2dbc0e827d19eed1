package instrument

import (
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// seconds are the bounds that the conventions advise for the duration of a request.
func seconds() metric.HistogramOption {
	return metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
}

// knownMethod returns a method in capitals, or _OTHER for one that somebody made up. It is no
// part of the request's text, which a cache would keep with it.
func knownMethod(method string) string {
	for _, known := range [...]string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE"} {
		if strings.EqualFold(method, known) {
			return known
		}
	}
	return "_OTHER"
}

func version(major, minor int) attribute.KeyValue {
	return semconv.NetworkProtocolVersion(strconv.Itoa(major) + "." + strconv.Itoa(minor))
}

// methodAttributes say which method a request has, in capitals and as it is written.
func methodAttributes(method string) []attribute.KeyValue {
	known := knownMethod(method)
	attributes := append(make([]attribute.KeyValue, 0, 12), semconv.HTTPRequestMethodKey.String(known))
	if known != method && method != "" {
		attributes = append(attributes, semconv.HTTPRequestMethodOriginal(method))
	}
	return attributes
}

// serverAttributes appends host and port of the server, but not the usual port of scheme.
func serverAttributes(attributes []attribute.KeyValue, scheme, address string) []attribute.KeyValue {
	host, port := splitAddress(address)
	attributes = append(attributes, semconv.ServerAddress(host))
	if usual := port == 80 && scheme != "https" || port == 443 && scheme == "https"; port > 0 && !usual {
		attributes = append(attributes, semconv.ServerPort(port))
	}
	return attributes
}

// counted counts what is read of a request's body, which may go on in another goroutine.
type counted struct {
	io.ReadCloser
	read atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.read.Add(int64(n))
	return n, err
}

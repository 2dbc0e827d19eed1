// Package instrument observes requests and calls: a span and metrics for each, by version
// 1.43 of OpenTelemetry's semantic conventions.
//
// What is not sampled pays for no attributes, and those of a metric are made once for all
// that share them. No metric has an attribute that a caller may choose freely.
package instrument

import (
	"net"
	"strconv"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

const scope = "instrument" // of this package's spans and metrics

// maxSets bounds what a cache holds; what is beyond it is made anew each time.
const maxSets = 1000

// sets is a cache of attribute sets, by the facts that they are made of.
type sets[Facts comparable] struct {
	mu   sync.RWMutex
	made map[Facts][]metric.RecordOption
}

// of returns the set of facts, ready to be passed to Record, which then allocates nothing.
func (s *sets[Facts]) of(facts Facts, attributes func(Facts) []attribute.KeyValue) []metric.RecordOption {
	s.mu.RLock()
	options, ok := s.made[facts]
	s.mu.RUnlock()
	if ok {
		return options
	}
	options = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(attributes(facts)...))}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made == nil {
		s.made = make(map[Facts][]metric.RecordOption)
	}
	if len(s.made) < maxSets {
		s.made[facts] = options
	}
	return options
}

// startOptions are those of a span of some kind, ready to be passed on.
func startOptions(kind trace.SpanKind) []trace.SpanStartOption {
	return []trace.SpanStartOption{trace.WithSpanKind(kind)}
}

// splitAddress returns the host of an address and its port, which is zero where there is none.
func splitAddress(address string) (string, int) {
	host, digits, err := net.SplitHostPort(address)
	if err != nil {
		host, digits, _ = net.SplitHostPort(address + ":0")
	}
	port, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return host, 0
	}
	return host, int(port)
}

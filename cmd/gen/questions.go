package main

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
)

// question is one of the wizard's. Its flag, default, validator and line of help are those
// of the field in the table of answers.
type question struct {
	path    string // of the answer, or of a list of items
	message string
	later   bool                         // asked from the review page only
	when    func(a answers.Answers) bool // nil: always

	// suggest is a default from the surroundings, "" for none.
	suggest func(s surroundings, ctx context.Context, a answers.Answers) string
}

// questions lists what the wizard asks, in its order. Fields with a single choice that can be
// made are no questions yet.
func questions() []question {
	return []question{
		{path: "name", message: "Name of the service", suggest: surroundings.name},
		{path: "module", message: "Go module", suggest: surroundings.module},
		{path: "description", message: "What it does, in one line"},
		{path: "owner", message: "Owning team", suggest: surroundings.owner},
		{path: "identity.trustDomain", message: "Trust domain"},
		{path: "deploy.namespace", message: "Kubernetes namespace"},
		{path: "identity.callers", message: "SPIFFE IDs that may call it"},
		{path: "calls", message: "Services that it calls"},
		{path: "telemetry.signals", message: "Telemetry to export"},
		{path: "telemetry.protocol", message: "OTLP protocol"},
		{path: "telemetry.collector.address", message: "Collector address"},
		{path: "telemetry.collector.id", message: "SPIFFE ID of the collector", when: isCollectorAway},
		{path: "telemetry.collector.tls", message: "TLS to the collector", when: isCollectorNameless},
		{path: "unsafe", message: "Unsafe choices", when: isCollectorPlain},
		{path: "telemetry.sampling", message: "Share of root spans to sample", later: true},
		{path: "identity.path", message: "Path of its SPIFFE ID", later: true},
		{path: "identity.federates", message: "Federated trust domains", later: true},
		{path: "deploy.image", message: "Name of its image", later: true},
	}
}

// isCollectorAway reports whether telemetry leaves the machine.
func isCollectorAway(a answers.Answers) bool {
	host, _, err := net.SplitHostPort(a.Telemetry.Collector.Address)
	if err != nil || host == "localhost" {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err != nil || !ip.IsLoopback()
}

// isCollectorNameless reports whether the collector proves no SPIFFE ID.
func isCollectorNameless(a answers.Answers) bool {
	return isCollectorAway(a) && a.Telemetry.Collector.ID == ""
}

// isCollectorPlain reports whether telemetry would leave in plaintext, or a reason for that
// was given.
func isCollectorPlain(a answers.Answers) bool {
	return isCollectorNameless(a) && a.Telemetry.Collector.TLS == "" || len(a.Unsafe) > 0
}

// options are the choices of a field that this gen can make.
func options(f answers.Field) []option {
	choices := f.Choices
	if f.Built != nil {
		choices = f.Built
	}
	var list []option
	for _, c := range choices {
		o := option{Value: c}
		if c == "" {
			o.Label = "none"
		}
		list = append(list, o)
	}
	return list
}

// flagName is the name of a field's flag, "" when it has none.
func flagName(f answers.Field) string {
	name, found := strings.CutPrefix(f.Option, "--")
	if !found {
		return ""
	}
	return name
}

// flagged lists the fields that have a flag of gen new.
func flagged() []answers.Field {
	return slices.DeleteFunc(answers.Fields(), func(f answers.Field) bool { return flagName(f) == "" })
}

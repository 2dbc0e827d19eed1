package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
)

// question is one of the wizard's. Its flag, default, validator and line of help are those
// of the field in the table of answers.
type question struct {
	path    string // of the answer, or of a list of items
	message string
	means   map[string]string            // what its choices are, in a few words
	later   bool                         // asked from the review page only
	when    func(a answers.Answers) bool // nil: always

	// check judges an answer by other rules than the draft's, which knows all the others.
	check func(a answers.Answers, answer string) error
	// suggest is a default from the surroundings, "" for none.
	suggest func(s surroundings, ctx context.Context, a answers.Answers) string
}

// questions lists what the wizard asks, in its order.
func questions() []question {
	return []question{
		{path: "name", message: "Name of the service", suggest: surroundings.name},
		{path: "module", message: "Go module", suggest: surroundings.module},
		{path: "description", message: "What it does, in one line"},
		{path: "owner", message: "Owning team", suggest: surroundings.owner},
		{path: "serve", message: "What it serves", means: map[string]string{
			"http": "answers requests with JSON", "grpc": "answers calls by a contract in .proto files",
			"worker": "works by itself: by a schedule, or on jobs that wait",
		}},
		{path: "store", message: "Where it keeps data", means: map[string]string{"postgres": "PostgreSQL, with migrations"}},
		{path: "worker.source", message: "Where its work comes from", when: works, check: checkSource, means: map[string]string{
			"schedule": "at times that recur", "postgres": "from a queue in its own database", "nats": "from a stream of NATS JetStream",
		}},
		{path: "identity.trustDomain", message: "Trust domain"},
		{path: "deploy.namespace", message: "Kubernetes namespace"},
		{path: "identity.callers", message: "SPIFFE IDs that may call it", when: answers.Answers.Answering},
		{path: "worker.broker.address", message: "Address of the broker", when: hasBroker},
		{path: "worker.broker.id", message: "SPIFFE ID of the broker", when: hasBroker},
		{path: "calls", message: "Services that it calls"},
		{path: "telemetry.signals", message: "Telemetry to export"},
		{path: "telemetry.protocol", message: "OTLP protocol"},
		{path: collectorAddress, message: "Collector address", check: checkCollector},
		{path: "telemetry.collector.id", message: "SPIFFE ID of the collector", when: asksForID},
		{path: "telemetry.collector.tls", message: "TLS to the collector", when: asksForTLS},
		{path: "unsafe", message: "Unsafe choices", when: asksForReason},
		{path: "telemetry.sampling", message: "Share of root spans to sample", later: true},
		{path: "telemetry.middleware", message: "What instruments servers and clients", later: true, means: map[string]string{
			"lean": "code of its own", "contrib": "OpenTelemetry's otelhttp and otelgrpc",
		}},
		{path: "telemetry.prometheus", message: "A listener for Prometheus", later: true},
		{path: "identity.path", message: "Path of its SPIFFE ID", later: true},
		{path: "identity.federates", message: "Federated trust domains", later: true},
		{path: "deploy.image", message: "Name of its image", later: true},
		{path: "deploy.autoscale", message: "What scales it", later: true, means: map[string]string{
			"none": "a fixed number of replicas", "hpa": "Kubernetes, by processor time", "keda": "KEDA, by the work that waits",
		}},
		{path: "deploy.policy", message: "Admission policies", later: true, means: map[string]string{
			"vap": "Kubernetes' own, nothing to install", "kyverno": "for Kyverno, signatures too", "gatekeeper": "for OPA Gatekeeper",
		}},
		{path: "deploy.gitops", message: "What deploys it from git", later: true, means: map[string]string{"argocd": "Argo CD", "flux": "Flux"}},
		{path: "ci", message: "Pipeline", later: true, means: map[string]string{"github": "GitHub Actions", "gitlab": "GitLab CI"}},
	}
}

func works(a answers.Answers) bool { return a.Serves("worker") }

func hasBroker(a answers.Answers) bool { return works(a) && a.Worker.Source == "nats" }

// checkSource judges a source beside the store, which is asked for before.
func checkSource(a answers.Answers, source string) error {
	a.Worker.Source = source
	return faultsAt(a, "worker.source")
}

// isCollectorAway reports whether telemetry leaves the machine: then the rules want an ID,
// TLS, or a reason.
func isCollectorAway(a answers.Answers) bool {
	a.Telemetry.Collector.ID, a.Telemetry.Collector.TLS, a.Unsafe = "", "", nil
	return faultsAt(a, collectorAddress) != nil
}

// checkCollector judges an address alone: how it is protected is asked next.
func checkCollector(a answers.Answers, address string) error {
	a.Telemetry.Collector = answers.Collector{Address: address, TLS: "system"}
	return faultsAt(a, collectorAddress)
}

const collectorAddress = "telemetry.collector.address"

// faultsAt is what is wrong with one answer.
func faultsAt(a answers.Answers, path string) error {
	var faults []error
	for _, f := range answers.Faults(a.Validate()) {
		if f.Field == path {
			faults = append(faults, f)
		}
	}
	return errors.Join(faults...)
}

func asksForID(a answers.Answers) bool {
	return isCollectorAway(a) || a.Telemetry.Collector.ID != ""
}

func asksForTLS(a answers.Answers) bool {
	return isCollectorAway(a) && a.Telemetry.Collector.ID == "" || a.Telemetry.Collector.TLS != ""
}

func asksForReason(a answers.Answers) bool { return lacksReason(a) || len(a.Unsafe) > 0 }

// lacksReason reports whether telemetry would leave in plaintext and nobody has said why.
func lacksReason(a answers.Answers) bool {
	c := a.Telemetry.Collector
	return isCollectorAway(a) && c.ID == "" && c.TLS == "" && !a.Allows(plaintext)
}

const plaintext = "plaintext-collector"

// options are the choices of a field, with what they mean.
func options(f answers.Field, means map[string]string) []option {
	var list []option
	for _, c := range f.Choices {
		o := option{Value: c, Note: means[c]}
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

// Package answers holds what a user chose for a service.
//
// Answers is one typed value with every key of mintwright.yaml. It is read strictly, from
// the built-in defaults, an organisation's defaults, the surroundings, the file and the
// command line (Draft), judged whole (Validate), and written whole (Format): the same
// answers give the same bytes, and Parse reads back what Format wrote.
//
// Fields is the one table behind reading, --set, the JSON Schema, the defaults and the
// questions. The rules are those of their owners: golang.org/x/mod/module for module paths,
// go-spiffe's spiffeid for trust domains and SPIFFE IDs, RFC 1035 and RFC 1123 for labels,
// the OCI distribution specification for image names.
package answers

// Version is the version of mintwright.yaml that this package reads and writes.
const Version = 1

// Answers is what was chosen for one service. The value that Parse or Draft.Answers returns
// is valid and normal: choices are in the order of the table, empty lists are nil.
type Answers struct {
	Version     int
	Kind        string
	Name        string
	Module      string
	Description string
	Owner       string
	Serve       []string
	Identity    Identity
	Calls       []Call
	Worker      Worker
	Telemetry   Telemetry
	Store       string
	Deploy      Deploy
	CI          string
	Unsafe      []Unsafe
}

// Identity says who the service is and who may call it.
type Identity struct {
	TrustDomain string
	Path        string
	Callers     []string // SPIFFE IDs; nobody else may call
	Federates   []string // trust domains
}

// Call is a service that is called over mutual TLS.
type Call struct {
	Name     string
	Protocol string
	ID       string // SPIFFE ID that the other side must have
	Address  string // host:port
}

// Worker says where a worker's work comes from.
type Worker struct {
	Source string
	Broker Broker
}

// Broker is where a worker's messages come from; empty for a source without one.
type Broker struct {
	Address string // host:port
	ID      string // SPIFFE ID that it must have
}

// Telemetry says which signals leave the service, and how.
type Telemetry struct {
	Signals    []string
	Sampling   float64 // of root spans, 0 to 1
	Protocol   string
	Collector  Collector
	Prometheus bool
	Middleware string
}

// Collector is where telemetry goes: over mutual TLS to ID, over TLS with the system's roots
// when TLS is "system", otherwise in plaintext.
type Collector struct {
	Address string // host:port
	ID      string
	TLS     string
}

// Deploy says how the service is run in Kubernetes.
type Deploy struct {
	Namespace string
	Image     string // without tag and digest
	Autoscale string
	Policy    []string
	GitOps    string
}

// Unsafe is a choice that weakens the service, with the reason for it.
type Unsafe struct {
	Choice string
	Reason string
}

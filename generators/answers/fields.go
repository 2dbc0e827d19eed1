package answers

import (
	"slices"
	"strings"
)

// Kind is the form of a field's value.
type Kind uint8

// The kinds of fields.
const (
	Text    Kind = iota // one line of text
	Choice              // one of Choices
	Number              // 0 to 1
	Flag                // true or false
	Integer             // a whole number; only the version is one
	Choices             // a set of Choices
	Texts               // a list of texts
	Section             // a group of fields; it has no value of its own
	Items               // a list of groups: calls, unsafe; it can only be emptied as a whole
)

// Field is a row of the table of answers.
type Field struct {
	Path     string   // as in --set; "*" stands for the number of an item: calls.*.name
	Kind     Kind     //
	Option   string   // the flag of gen new ("--trust-domain"), or NAME; empty: only --set
	Help     string   // one sentence
	Required bool     // it has no default
	Default  string   // as Set takes it
	Derived  string   // says from what the default is made; Default is then empty
	Choices  []string // of Choice and Choices, in canonical order
	Pattern  string   // a regular expression that every right text (or list item) matches

	MinItems int // of Choices, Texts and Items
	MaxItems int // of Texts and Items
	MaxLen   int // of a text or list item, in characters

	at   func(a *Answers, i int) any               // pointer to the value in a (in its item i)
	rule func(value string) (wrong, remedy string) // of a text or list item that is not empty
}

// Key is the last part of the path: the key in mintwright.yaml.
func (f Field) Key() string { return f.Path[strings.LastIndexByte(f.Path, '.')+1:] }

// Patterns for editors. They are no stricter than Validate, which has the last word.
const (
	label1035   = `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`
	label1123   = `^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`
	modulePath  = `^[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._~-]+)*$`
	trustDomain = `^[a-z0-9._-]{1,255}$`
	spiffePath  = `^(/[A-Za-z0-9._-]+)+$`
	spiffeID    = `^spiffe://[a-z0-9._-]{1,255}(/[A-Za-z0-9._-]+)+$`
	hostPort    = `^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[1-9][0-9]{0,4}$`
	imageName   = `^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+$`
	ownerName   = `^@?[A-Za-z0-9]([A-Za-z0-9._/@-]*[A-Za-z0-9])?$`
	oneLine     = `^[^\x00-\x1f\x7f]*$`
	orEmpty     = `^$|`
	someText    = `^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$`
)

// Fields returns the table of answers, in the order in which mintwright.yaml is written.
func Fields() []Field { return slices.Clone(table[:]) }

// table is never changed. It holds constants only, so that the linker lays it out.
var table = [...]Field{
	{
		Path: "version", Kind: Integer, Required: true, Default: "1",
		Help: "The version of this file's format.",
		at:   func(a *Answers, _ int) any { return &a.Version },
	},
	{
		Path: "kind", Kind: Choice, Default: "service", Choices: []string{"service"},
		Help: "What is made.",
		at:   func(a *Answers, _ int) any { return &a.Kind },
	},
	{
		Path: "name", Kind: Text, Option: "NAME", Required: true, Pattern: label1035, MaxLen: 63,
		Help: "The name of the service: also the binary, the chart and the Kubernetes Service.",
		at:   func(a *Answers, _ int) any { return &a.Name },
		rule: checkName,
	},
	{
		Path: "module", Kind: Text, Option: "--module", Required: true, Pattern: modulePath, MaxLen: 255,
		Help: "The path of the Go module, such as github.com/acme/payments.",
		at:   func(a *Answers, _ int) any { return &a.Module },
		rule: checkModule,
	},
	{
		Path: "description", Kind: Text, Option: "--description", Pattern: oneLine, MaxLen: 300,
		Help: "What the service does, in one line.",
		at:   func(a *Answers, _ int) any { return &a.Description },
		rule: checkLine,
	},
	{
		Path: "owner", Kind: Text, Option: "--owner", Pattern: orEmpty + ownerName, MaxLen: 100,
		Help: "The team that owns it, for CODEOWNERS, labels and alerts.",
		at:   func(a *Answers, _ int) any { return &a.Owner },
		rule: checkOwner,
	},
	{
		Path: "serve", Kind: Choices, Option: "--serve", Default: "http",
		Choices: []string{"http", "grpc", "worker"}, MinItems: 1,
		Help: "What it serves, at least one.",
		at:   func(a *Answers, _ int) any { return &a.Serve },
	},

	{Path: "identity", Kind: Section, Help: "Who the service is and who may call it."},
	{
		Path: "identity.trustDomain", Kind: Text, Option: "--trust-domain", Default: "example.org", Pattern: trustDomain, MaxLen: 255,
		Help: "The SPIFFE trust domain that issues its identity.",
		at:   func(a *Answers, _ int) any { return &a.Identity.TrustDomain },
		rule: checkTrustDomain,
	},
	{
		Path: "identity.path", Kind: Text, Option: "--identity-path", Derived: "/ns/<deploy.namespace>/sa/<name>", Pattern: spiffePath, MaxLen: 1500,
		Help: "The path of its SPIFFE ID.",
		at:   func(a *Answers, _ int) any { return &a.Identity.Path },
		rule: checkSPIFFEPath,
	},
	{
		Path: "identity.callers", Kind: Texts, Option: "--callers", Pattern: spiffeID, MaxItems: 100, MaxLen: 2048,
		Help: "The SPIFFE IDs that may call it; nobody else may.",
		at:   func(a *Answers, _ int) any { return &a.Identity.Callers },
		rule: checkSPIFFEID,
	},
	{
		Path: "identity.federates", Kind: Texts, Option: "--federates", Pattern: trustDomain, MaxItems: 50, MaxLen: 255,
		Help: "Other trust domains whose identities are recognised.",
		at:   func(a *Answers, _ int) any { return &a.Identity.Federates },
		rule: checkTrustDomain,
	},

	{Path: "calls", Kind: Items, MaxItems: 50, Help: "The services that it calls, over mutual TLS."},
	{
		Path: "calls.*.name", Kind: Text, Required: true, Pattern: label1035, MaxLen: 63,
		Help: "What it is called in code and configuration.",
		at:   func(a *Answers, i int) any { return &a.Calls[i].Name },
		rule: checkCallName,
	},
	{
		Path: "calls.*.protocol", Kind: Choice, Default: "http",
		Choices: []string{"http", "grpc"},
		Help:    "The protocol that it speaks.",
		at:      func(a *Answers, i int) any { return &a.Calls[i].Protocol },
	},
	{
		Path: "calls.*.id", Kind: Text, Required: true, Pattern: spiffeID, MaxLen: 2048,
		Help: "The SPIFFE ID that it must prove.",
		at:   func(a *Answers, i int) any { return &a.Calls[i].ID },
		rule: checkSPIFFEID,
	},
	{
		Path: "calls.*.address", Kind: Text, Required: true, Pattern: hostPort, MaxLen: 260,
		Help: "Where it listens, host:port.",
		at:   func(a *Answers, i int) any { return &a.Calls[i].Address },
		rule: checkAddress,
	},

	{Path: "worker", Kind: Section, Help: "What a worker works on; only with serve: [worker]."},
	{
		Path: "worker.source", Kind: Choice, Option: "--worker-source", Default: "schedule",
		Choices: []string{"schedule", "postgres", "nats"},
		Help:    "Where work comes from; postgres needs store: postgres.",
		at:      func(a *Answers, _ int) any { return &a.Worker.Source },
	},
	{Path: "worker.broker", Kind: Section, Help: "Where the messages come from; only with source: nats."},
	{
		Path: "worker.broker.address", Kind: Text, Option: "--broker",
		Derived: "nats.nats.svc:4222 for nats, else nothing", Pattern: orEmpty + hostPort, MaxLen: 260,
		Help: "The broker's host:port.",
		at:   func(a *Answers, _ int) any { return &a.Worker.Broker.Address },
		rule: checkAddress,
	},
	{
		Path: "worker.broker.id", Kind: Text, Option: "--broker-id",
		Derived: "spiffe://<identity.trustDomain>/ns/nats/sa/nats for nats, else nothing", Pattern: orEmpty + spiffeID, MaxLen: 2048,
		Help: "The SPIFFE ID that the broker must prove.",
		at:   func(a *Answers, _ int) any { return &a.Worker.Broker.ID },
		rule: checkSPIFFEID,
	},

	{Path: "telemetry", Kind: Section, Help: "Which signals leave the service, and how."},
	{
		Path: "telemetry.signals", Kind: Choices, Option: "--signals", Default: "traces,metrics,logs",
		Choices: []string{"traces", "metrics", "logs"}, MinItems: 1,
		Help: "The OpenTelemetry signals that it exports, at least one.",
		at:   func(a *Answers, _ int) any { return &a.Telemetry.Signals },
	},
	{
		Path: "telemetry.sampling", Kind: Number, Option: "--sampling", Default: "0.1",
		Help: "The share of root spans that is sampled, from 0 to 1; a caller's decision counts inside the own trust domain only.",
		at:   func(a *Answers, _ int) any { return &a.Telemetry.Sampling },
	},
	{
		Path: "telemetry.protocol", Kind: Choice, Option: "--otlp-protocol", Default: "grpc",
		Choices: []string{"grpc", "http/protobuf"},
		Help:    "The OTLP protocol; what is not chosen is not linked.",
		at:      func(a *Answers, _ int) any { return &a.Telemetry.Protocol },
	},
	{Path: "telemetry.collector", Kind: Section, Help: "Where telemetry goes; plaintext only on loopback or under unsafe."},
	{
		Path: "telemetry.collector.address", Kind: Text, Option: "--collector",
		Derived: "127.0.0.1:4317 for grpc, 127.0.0.1:4318 for http/protobuf", Pattern: hostPort, MaxLen: 260,
		Help: "The collector's host:port.",
		at:   func(a *Answers, _ int) any { return &a.Telemetry.Collector.Address },
		rule: checkAddress,
	},
	{
		Path: "telemetry.collector.id", Kind: Text, Option: "--collector-id", Pattern: orEmpty + spiffeID, MaxLen: 2048,
		Help: "The collector's SPIFFE ID: telemetry then goes over mutual TLS.",
		at:   func(a *Answers, _ int) any { return &a.Telemetry.Collector.ID },
		rule: checkSPIFFEID,
	},
	{
		Path: "telemetry.collector.tls", Kind: Choice, Option: "--collector-tls", Choices: []string{"", "system"},
		Help: "\"system\" for TLS with the roots of the operating system, without an identity.",
		at:   func(a *Answers, _ int) any { return &a.Telemetry.Collector.TLS },
	},
	{
		Path: "telemetry.prometheus", Kind: Flag, Option: "--prometheus", Default: "false",
		Help: "A /metrics listener of its own.",
		at:   func(a *Answers, _ int) any { return &a.Telemetry.Prometheus },
	},
	{
		Path: "telemetry.middleware", Kind: Choice, Option: "--middleware", Default: "lean",
		Choices: []string{"lean", "contrib"},
		Help:    "What instruments servers and clients: lean code of its own, or OpenTelemetry's contrib modules.",
		at:      func(a *Answers, _ int) any { return &a.Telemetry.Middleware },
	},

	{
		Path: "store", Kind: Choice, Option: "--store", Default: "none",
		Choices: []string{"none", "postgres"},
		Help:    "Where it keeps data.",
		at:      func(a *Answers, _ int) any { return &a.Store },
	},

	{Path: "deploy", Kind: Section, Help: "How it runs in Kubernetes."},
	{
		Path: "deploy.namespace", Kind: Text, Option: "--namespace", Default: "default", Pattern: label1123, MaxLen: 63,
		Help: "The Kubernetes namespace.",
		at:   func(a *Answers, _ int) any { return &a.Deploy.Namespace },
		rule: checkNamespace,
	},
	{
		Path: "deploy.image", Kind: Text, Option: "--image", Derived: "the module in lower case, without /vN", Pattern: imageName, MaxLen: 255,
		Help: "The name of its image, without tag and digest.",
		at:   func(a *Answers, _ int) any { return &a.Deploy.Image },
		rule: checkImage,
	},
	{
		Path: "deploy.autoscale", Kind: Choice, Option: "--autoscale", Default: "hpa",
		Choices: []string{"none", "hpa", "keda"},
		Help:    "What scales it.",
		at:      func(a *Answers, _ int) any { return &a.Deploy.Autoscale },
	},
	{
		Path: "deploy.policy", Kind: Choices, Option: "--policy", Default: "vap",
		Choices: []string{"vap", "kyverno", "gatekeeper"},
		Help:    "The admission policies that come with it.",
		at:      func(a *Answers, _ int) any { return &a.Deploy.Policy },
	},
	{
		Path: "deploy.gitops", Kind: Choice, Option: "--gitops", Default: "none",
		Choices: []string{"none", "argocd", "flux"},
		Help:    "What deploys it from git.",
		at:      func(a *Answers, _ int) any { return &a.Deploy.GitOps },
	},

	{
		Path: "ci", Kind: Choice, Option: "--ci", Default: "github",
		Choices: []string{"none", "github", "gitlab"},
		Help:    "Whose pipeline builds it.",
		at:      func(a *Answers, _ int) any { return &a.CI },
	},

	{Path: "unsafe", Kind: Items, MaxItems: 5, Help: "Choices that weaken it, each with a reason."},
	{
		Path: "unsafe.*.choice", Kind: Choice, Required: true,
		Choices: []string{"reflection", "plaintext-collector", "any-caller", "hostpath", "web-pki-ingress"},
		Help:    "What is made unsafe.",
		at:      func(a *Answers, i int) any { return &a.Unsafe[i].Choice },
	},
	{
		Path: "unsafe.*.reason", Kind: Text, Required: true, Pattern: someText, MaxLen: 500,
		Help: "Why, in one line.",
		at:   func(a *Answers, i int) any { return &a.Unsafe[i].Reason },
		rule: checkReason,
	},
}

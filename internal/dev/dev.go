// Package dev runs services on one developer's machine with real identities: it starts an
// authority, the Workload API and a telemetry sink, builds the services, runs them on
// loopback ports and builds and starts them again when their sources change.
//
// A Session is what runs; it ends with everything it started and leaves no process, no
// socket and no folder behind. A Client finds a running session from another process and
// calls its services, runs programs with an identity, and reads traces.
//
// Linux and macOS only: elsewhere a process cannot be told who it is.
package dev

import (
	"io"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

// Service is what a session needs to know of a service.
type Service struct {
	Dir       string // the folder with its go.mod; its main package is ./cmd/<Name>
	Name      string
	ID        spiffeid.ID
	Callers   []spiffeid.ID          // who may call it
	Federates []spiffeid.TrustDomain // whose bundles it receives
	Calls     []Call                 // whom it calls
	Collector spiffeid.ID            // to whom it sends telemetry; zero means in plaintext
	Signals   []string               // which of traces, metrics and logs it sends
	Database  bool                   // whether it keeps data in PostgreSQL

	HTTP, GRPC bool   // over what it answers its callers; a worker alone answers nobody
	Public     bool   // whether it also answers the web, with a certificate of its own
	Metrics    bool   // whether it listens for Prometheus
	Anyone     bool   // whether Callers is not all who may call it: everybody with an SVID may
	Work       string // where a worker's work comes from: schedule, postgres, nats; "" of no worker

	databaseURL, brokerURL string // that the session found; "" when the environment names one
}

// Call is an outgoing call of a service: its name, who answers, and over what.
type Call struct {
	Name string
	ID   spiffeid.ID
	GRPC bool
}

// Options say what to run. Dirs and Load are required.
type Options struct {
	// Dirs are the folders of the services; the first names the session.
	Dirs []string
	// Load reads what a folder holds: at the start, and again after each change.
	Load func(dir string) (Service, error)

	// Output receives what the services print and a line a span, each line with the name of
	// its source before it; Progress receives what the session does. Nil discards.
	Output, Progress io.Writer
	// Readable has JSON log lines of the services printed for people.
	Readable bool

	// Environ is what the services inherit, before the session's own variables; nil means
	// nothing. Go is the go command; "" means the one in PATH.
	Environ []string
	Go      string
	// LogLevel is the services' LOG_LEVEL; "" means the inherited one.
	LogLevel string
	// SVIDLifetime is that of X.509-SVIDs; zero means an hour.
	SVIDLifetime time.Duration
	// DrainTimeout is how long a service may take to end after SIGTERM; zero means 20 s.
	DrainTimeout time.Duration
	// Runtime is the folder under which sessions have theirs; "" means the user's own.
	Runtime string
	// NoWatch leaves services alone when their sources change.
	NoWatch bool
}

// Running describes a service of a session.
type Running struct {
	Name    string        `json:"name"`
	Dir     string        `json:"dir"`
	ID      spiffeid.ID   `json:"id"`
	Callers []spiffeid.ID `json:"callers"`
	Anyone  bool          `json:"anyone,omitempty"`  // as in Service
	URL     string        `json:"url"`               // https://127.0.0.1:port; "" without HTTP
	GRPC    string        `json:"grpc,omitempty"`    // grpc://127.0.0.1:port
	Public  string        `json:"public,omitempty"`  // https://127.0.0.1:port, for the web
	Metrics string        `json:"metrics,omitempty"` // http://127.0.0.1:port
	Probe   string        `json:"probe"`             // http://127.0.0.1:port
	PID     int           `json:"pid"`               // 0 while it is not running
}

package telemetry

// Linked says what is compiled into the service.
type Linked struct {
	Signals   []string // of "traces", "metrics", "logs"
	Protocol  string   // "grpc" or "http/protobuf"
	Plaintext bool     // the collector was chosen without TLS
}

// CheckEnvironment refuses every OTEL_* variable that asks for what is not linked.
func CheckEnvironment(getenv func(string) string, linked Linked) error { return nil }

// Variable is an environment variable that the service honours.
type Variable struct{ Name, Meaning string }

// Variables lists the OTEL_* variables that are honoured with what is linked.
func Variables(linked Linked) []Variable { return nil }

// Package brokertest runs the workers of a service against a real NATS server, in process and
// with SPIFFE certificates, and against a real PostgreSQL where TEST_DATABASE_URL names one.
//
// A service's own tests do without the server module, which would come into its go.mod.
package brokertest

// Package ledgerv1 is the gRPC contract of ledger as Go, made of the .proto files beside it.
// After a change of those, run go generate in this folder.
package ledgerv1

//go:generate gen proto

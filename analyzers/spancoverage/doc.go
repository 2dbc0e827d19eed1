// Package spancoverage defines an Analyzer that counts what has a span.
//
// # Analyzer spancoverage
//
// spancoverage: count the boundaries and functions of a package that have spans
//
// It reports nothing: most functions need no span, and those that do are found by spanmissing.
// Its result is for "gen vet --coverage", which prints it by package.
//
// A boundary is what spanmissing looks at: a server, a client, an interface with a generated
// decorator. It has a span when it is instrumented, or not known not to be. A function counts
// when it takes a context.Context or an *http.Request; it has a span when it starts one, takes
// one up, or holds an instrumented boundary. Tests and generated code do not count.
package spancoverage

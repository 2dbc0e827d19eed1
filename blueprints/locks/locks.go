// Package locks holds what "go mod tidy" would read from a module cache for any service:
// go.mod files, imports of packages, and hashes. Package generators/gomod reads it.
//
// modules.txt is written by "make lock". Versions are chosen in our own go.mod alone; the
// packages below shapes keep there what no blueprint imports yet.
package locks

import _ "embed"

// Modules is the text form of a gomod.Table.
//
//go:embed modules.txt
var Modules string

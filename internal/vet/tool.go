// Package vet runs the analyzers: as the tool that cmd/go starts once a package, and over
// packages by way of go vet with that tool.
//
// How cmd/go talks to its tools is told in cmd/go/internal/vet and in x/tools'
// go/analysis/unitchecker. What a tool is asked, it keeps under the tool's identity, the flags
// and the package; files beside those are unknown to it. So the identity that Version returns
// holds what configures the tool, and gen vet gives the same as a flag.
package vet

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/policy"
)

// The flags of the analyzer policy that gen vet gives.
const (
	flagConfig   = "-policy.config="
	flagWrite    = "-policy.write"
	flagStandard = "-policy.standard"
	flagCoverage = "-policy.coverage"
)

// Version returns the line that answers -V=full: an identity of the program and of the
// configuration that holds in dir. cmd/go takes the last word for the identity.
func Version(program io.Reader, config string) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, program); err != nil {
		return "", fmt.Errorf("reading the program: %w", err)
	}
	io.WriteString(h, config)
	return fmt.Sprintf("gen version devel buildID=%x", h.Sum(nil)), nil
}

// Tool returns the analyzers for one start by cmd/go, and sets of policy what its arguments
// leave open: the configuration, given by config, and whether only facts are wanted.
func Tool(args []string, suite []*analysis.Analyzer, config func() (string, error)) ([]*analysis.Analyzer, error) {
	list := append([]*analysis.Analyzer{policy.Analyzer}, suite...)
	unit, isUnit := unitFile(args)
	if isUnit && isFactsOnly(unit) {
		if err := policy.Analyzer.Flags.Set("facts", "true"); err != nil {
			return nil, err
		}
	}
	if isUnit && !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(dash(a), flagConfig) }) {
		c, err := config()
		if err != nil {
			return nil, err
		}
		if c != "" {
			if err := policy.Analyzer.Flags.Set("config", c); err != nil {
				return nil, err
			}
		}
	}
	if isOn(args, flagWrite) {
		list = append(list, Writer(suite))
	}
	if isOn(args, flagStandard) {
		list = append(list, Standard()...)
	}
	return list, nil
}

// isOn reports whether a flag without a value is among the arguments.
func isOn(args []string, flag string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return dash(a) == flag || dash(a) == flag+"=true" })
}

// dash takes one of two dashes away.
func dash(arg string) string {
	if strings.HasPrefix(arg, "--") {
		return arg[1:]
	}
	return arg
}

// unitFile returns the file that describes the package to look at.
func unitFile(args []string) (string, bool) {
	if len(args) == 0 || !strings.HasSuffix(args[len(args)-1], ".cfg") {
		return "", false
	}
	return args[len(args)-1], true
}

// isFactsOnly reports whether cmd/go wants nothing but facts of a package. It writes the file
// with one field a line; what cannot be read is unitchecker's to tell.
func isFactsOnly(name string) bool {
	text, err := os.ReadFile(name)
	return err == nil && bytes.Contains(text, []byte("\t\"VetxOnly\": true,"))
}

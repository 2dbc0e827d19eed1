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
	"encoding/binary"
	"errors"
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

// IsProtocol reports whether cmd/go is calling: it asks for the version or the flags, or
// hands over a unit of work after nothing but flags. The suffix alone would not do: it would
// take "gen new --answers service.cfg" away from the command line.
func IsProtocol(args []string) bool {
	if len(args) == 0 {
		return false
	}
	flags, last := args[:len(args)-1], args[len(args)-1]
	if len(flags) == 0 && (last == "-V=full" || last == "-flags") {
		return true
	}
	for _, a := range flags {
		if !strings.HasPrefix(a, "-") {
			return false
		}
	}
	return strings.HasSuffix(last, ".cfg") && !strings.HasPrefix(last, "-")
}

// Version returns the line that answers -V=full: an identity of the program and of the
// configuration that holds around it. cmd/go takes the last word for the identity.
func Version(program io.ReadSeeker, config string) (string, error) {
	id, err := identity(program)
	if err != nil {
		return "", fmt.Errorf("reading the program: %w", err)
	}
	sum := sha256.Sum256([]byte(id + "\x00" + config))
	return fmt.Sprintf("gen version devel buildID=%x", sum), nil
}

// identity returns what tells a program from every other: the build ID that cmd/go writes near
// its start (cmd/internal/buildid), which is a hash of all that went into it, or where there is
// none a hash of all of it, which takes longer.
func identity(program io.ReadSeeker) (string, error) {
	const near = 32 << 10
	start := make([]byte, near)
	n, err := io.ReadFull(program, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	if id := buildID(start[:n]); id != "" {
		return id, nil
	}
	if _, err := program.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, program); err != nil {
		return "", err
	}
	return string(h.Sum(nil)), nil
}

// buildID finds the build ID in the first bytes of a program, or returns "". In ELF it is a note
// of the owner Go and of type 4, elsewhere text at the start of the code.
func buildID(start []byte) string {
	const note = "\x04\x00\x00\x00Go\x00\x00" // type and owner, with the lowest byte first
	if before, after, found := bytes.Cut(start, []byte(note)); found && len(before) >= 4 {
		if size := binary.LittleEndian.Uint32(before[len(before)-4:]); uint64(size) <= uint64(len(after)) {
			return string(after[:size])
		}
	}
	if _, after, found := bytes.Cut(start, []byte("\xff Go build ID: \"")); found {
		if id, _, found := bytes.Cut(after, []byte("\"\n \xff")); found {
			return string(id)
		}
	}
	return ""
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

package client

import (
	"time"

	"github.com/spf13/pflag"
)

// Options say for which interfaces clients are made, and whom they call. Types and ID are
// required; the rest has useful zero values.
type Options struct {
	Types    []string      // interfaces: PaymentsAPI, other.PaymentsAPI, example.com/m/other.PaymentsAPI
	ID       string        // SPIFFE ID of the service
	Output   string        // file name from the folder of the directive; "": the type's in snake case, with _client.go
	Timeout  time.Duration // of a call whose method has no //gen:timeout; 0: 10 seconds
	NoDouble bool          // no package with a test double
}

// Flags adds the flags.
func (o *Options) Flags(f *pflag.FlagSet) {
	f.StringSliceVar(&o.Types, "type", o.Types, "interfaces to call: `NAME`, pkg.NAME or import/path.NAME (repeatable, or with commas: a file each)")
	f.StringVar(&o.ID, "id", o.ID, "SPIFFE `ID` that the service has to prove, such as spiffe://acme.example/ns/pay/sa/api (required)")
	f.StringVarP(&o.Output, "output", "o", o.Output, "`FILE` to write (default: the type's name with _client.go)")
	f.DurationVar(&o.Timeout, "timeout", o.Timeout, "`DURATION` that a call may take unless its method has //gen:timeout (default 10s)")
	f.BoolVar(&o.NoDouble, "no-double", o.NoDouble, "write no package with a test double (there is none for a test, for package main and for a type that is not exported)")
}

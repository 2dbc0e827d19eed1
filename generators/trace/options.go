package trace

import "github.com/spf13/pflag"

// Options say what is made for which interfaces. Types is required; the rest has useful zero
// values.
type Options struct {
	Types   []string // interfaces: Store, other.Store, example.com/m/other.Store
	Output  string   // file name from the folder of the directive; "": the first type's in snake case, with _trace.go
	Name    string   // instead of package.Type in the names of spans; with {method} it is the whole name
	Ignore  []string // errors that are no failure: ErrNotFound, io.EOF
	Metrics bool     // the duration of each call goes to a histogram
	Logs    bool     // a failed call is logged
}

// Flags adds the flags.
func (o *Options) Flags(f *pflag.FlagSet) {
	f.StringSliceVar(&o.Types, "type", o.Types, "interfaces to decorate: `NAME`, pkg.NAME or import/path.NAME (repeatable, or with commas)")
	f.StringVarP(&o.Output, "output", "o", o.Output, "`FILE` to write (default: the first type's name with _trace.go)")
	f.StringVar(&o.Name, "name", o.Name, "`TEXT` instead of package.Type in span names; with {method} the whole name")
	f.StringSliceVar(&o.Ignore, "ignore", o.Ignore, "`ERRORS` that are no failure, compared by errors.Is: ErrNotFound, io.EOF (repeatable, or with commas)")
	f.BoolVar(&o.Metrics, "metrics", o.Metrics, "record the duration of each call in a histogram")
	f.BoolVar(&o.Logs, "logs", o.Logs, "log each call that fails")
}

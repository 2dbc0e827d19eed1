package attrs

import (
	"io/fs"

	"github.com/spf13/pflag"

	"github.com/mintwright/mintwright/internal/fault"
)

// Options say what is made of which registry. The zero value makes the Go file alone, of the
// files in Files, for the package of the folder.
type Options struct {
	// Files holds the files and folders of the registry: the arguments of the command, from Dir.
	Files []string

	// Dir is the folder of the directive below the root of the files, with slashes. "" and "."
	// are the root itself.
	Dir string

	// Package is the name of the Go package. Where the flag does not give it, whoever calls
	// sets what the folder's other files, or GOPACKAGE, say.
	Package string

	Output   string // the Go file, from Dir; "": the registry's name with _attrs.go
	Markdown string // a file for tables of the registry, from Dir; "": none
	Renames  string // a schema file with the new names of deprecated keys, from Dir; "": none

	// Collector is a file for the same renames as a configuration of the OpenTelemetry
	// collector, from Dir; "": none.
	Collector string

	// Registry is a folder with the official registry, or another one that this one depends
	// on, from Dir or absolute. Without it official attributes come from a table of gen.
	Registry string

	// Official is the folder that Registry names, for whoever has opened it. Where it is nil,
	// Registry is a folder of the files, or an absolute one, which is opened.
	Official fs.FS

	// Warn gets what is passed over or doubtful, and no reason to stop. It may be nil.
	Warn func(*fault.Fault)
}

// Flags adds the flags.
func (o *Options) Flags(f *pflag.FlagSet) {
	f.StringVarP(&o.Output, "output", "o", o.Output, "Go `FILE` to write (default: the registry's name with _attrs.go)")
	f.StringVar(&o.Package, "package", o.Package, "`NAME` of the Go package (default: the folder's)")
	f.StringVar(&o.Markdown, "markdown", o.Markdown, "also write tables of the registry to `FILE`")
	f.StringVar(&o.Renames, "renames", o.Renames, "also write the new names of deprecated keys to `FILE`, an OpenTelemetry schema file: gen vet and the collector's schema processor read it")
	f.StringVar(&o.Collector, "collector", o.Collector, "also write the same renames to `FILE` as statements of the collector's transform processor")
	f.StringVar(&o.Registry, "registry", o.Registry, "`FOLDER` with the official registry, or another that this one depends on (default: what gen knows of the official one)")
}

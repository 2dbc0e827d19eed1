package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// devel is the version of a gen that was not built from a release.
const devel = "devel"

// versionDocument is what gen version --json prints.
type versionDocument struct {
	Version  string `json:"version"`            // semantic version, or "devel"
	Revision string `json:"revision,omitempty"` // commit, when the build recorded one
	Time     string `json:"time,omitempty"`     // of that commit, RFC 3339
	Modified bool   `json:"modified,omitempty"` // built from a changed working tree
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func newVersion(env *Env) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of gen",
		Long: `  gen version
  gen version --json

Prints the release that this gen was built from, or "devel".`,
		Args:              atMost(0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			info, _ := debug.ReadBuildInfo()
			v := versionOf(info)
			if asJSON {
				return writeJSON(env.Stdout, v)
			}
			_, err := fmt.Fprintf(env.Stdout, "gen %s %s %s/%s\n", v.Version, v.Go, v.OS, v.Arch)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document")
	return cmd
}

// versionOf reads the build information; nil is a build without any.
func versionOf(info *debug.BuildInfo) versionDocument {
	v := versionDocument{Version: devel, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info == nil {
		return v
	}
	if isRelease(info.Main.Version) {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	v.Go = cmp.Or(info.GoVersion, v.Go)
	return v
}

// isRelease reports whether v was tagged: a pseudo-version names a commit, and "+dirty" a
// changed working tree.
func isRelease(v string) bool {
	return semver.IsValid(v) && !module.IsPseudoVersion(v) && semver.Build(v) == ""
}

// release is the version of gen that goes into what it makes.
func release() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(info).Version
}

// writeJSON prints one document for a machine.
func writeJSON(w io.Writer, document any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(document)
}

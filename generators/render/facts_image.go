package render

import (
	"go/version"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
	"golang.org/x/mod/module"

	"github.com/mintwright/mintwright/blueprints/locks"
)

// GoRelease is the release of Go that the service is written for, such as 1.26: the one of its
// go.mod, where it stands with a patch.
func (facts) GoRelease() string {
	line, _, _ := strings.Cut(locks.Modules, "\n")
	return strings.TrimPrefix(version.Lang("go"+strings.TrimPrefix(line, "go ")), "go")
}

// Ports are those on which the service listens unless it is told otherwise.
func (f facts) Ports() []string {
	var ports []string
	for _, s := range settings(f.Answers) {
		if s.method != "Address" {
			continue
		}
		address, _ := strconv.Unquote(jen.Add(s.args[1]).GoString())
		if port, own := strings.CutPrefix(address, ":"); own {
			ports = append(ports, port)
		}
	}
	return ports
}

// SourceURL is where the service's sources are found, as its module says. On GitHub that is the
// repository, by which its registry knows whose an image is.
func (f facts) SourceURL() string {
	path, major, _ := module.SplitPathVersion(f.Module)
	if strings.HasPrefix(major, ".") { // gopkg.in has its versions in the name
		path = f.Module
	}
	if parts := strings.Split(path, "/"); parts[0] == "github.com" && len(parts) > 3 {
		path = strings.Join(parts[:3], "/")
	}
	return "https://" + path
}

// ImageDescription is the description as a word of a Dockerfile, which shows it letter by letter.
// Source: moby/buildkit, frontend/dockerfile/shell: in double quotes the escape character,
// the quote and the dollar sign are special.
func (f facts) ImageDescription() string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(f.Description) + `"`
}

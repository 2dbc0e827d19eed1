package generate

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// program is the import path of gen.
const program = "github.com/mintwright/mintwright/cmd/gen"

// command finds in the words of a directive the arguments of gen. why is set when the line is
// gen's and yet not to be run by this gen.
func command(words []string, release string) (args []string, why string) {
	args, version := launched(words)
	switch {
	case len(args) == 0 || !IsVerb(args[0]):
		return nil, ""
	case version != "" && version != release:
		return nil, fmt.Sprintf("it asks for gen %s, and this is %s", version, release)
	}
	return args, ""
}

// launched returns what a line passes to gen, and the version of gen that it asks for.
func launched(words []string) (args []string, version string) {
	switch base(words[0]) {
	case "gen":
		return words[1:], ""
	case "go":
		return byGo(words[1:])
	}
	return nil, ""
}

// base is the name of a program, however it is reached.
func base(name string) string {
	return strings.TrimSuffix(path.Base(filepath.ToSlash(name)), ".exe")
}

func byGo(words []string) (args []string, version string) {
	if len(words) < 2 || words[0] != "tool" && words[0] != "run" {
		return nil, ""
	}
	rest := afterFlags(words[1:])
	if len(rest) == 0 {
		return nil, ""
	}
	name, version, _ := strings.Cut(rest[0], "@")
	if name == program || words[0] == "tool" && rest[0] == "gen" {
		return rest[1:], version
	}
	return nil, ""
}

// afterFlags leaves out the flags of the go command before a program.
func afterFlags(words []string) []string {
	withValue := [...]string{"C", "asmflags", "buildmode", "compiler", "exec", "gcflags", "ldflags", "mod", "modfile", "overlay", "p", "pkgdir", "tags", "toolexec"}
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		name := strings.TrimLeft(words[0], "-")
		words = words[1:]
		if slices.Contains(withValue[:], name) && len(words) > 0 {
			words = words[1:]
		}
	}
	return words
}

package directive

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// program is the import path of gen.
const program = "github.com/mintwright/mintwright/cmd/gen"

// Gen returns what a line passes to gen, the verb first, and the version of gen that it asks for;
// nil when it runs another program, or gen for something else than to generate Go. gen runs as
// "gen", by "go tool" or by "go run".
func Gen(words []string) (args []string, version string) {
	switch base(words[0]) {
	case "gen":
		args = words[1:]
	case "go":
		args, version = byGo(words[1:])
	}
	if len(args) == 0 || !IsVerb(args[0]) {
		return nil, ""
	}
	return args, version
}

// IsVerb says whether a word after gen asks for one of the generators.
func IsVerb(name string) bool {
	switch name {
	case "attrs", "client", "proto", "trace":
		return true
	}
	return false
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

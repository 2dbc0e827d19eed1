package image

import (
	"path"
	"strings"
)

// sends reports whether a file of the context reaches the builder under the lines of a
// .dockerignore: the last one that fits the file, or a folder that it lies in, decides.
// Source: moby/patternmatcher.
func sends(lines, file string) bool {
	sent := true
	for line := range strings.Lines(strings.TrimPrefix(lines, "\ufeff")) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern, again := strings.CutPrefix(line, "!")
		pattern = strings.TrimPrefix(path.Clean(strings.TrimSpace(pattern)), "/")
		for at := file; at != "."; at = path.Dir(at) {
			if fits(strings.Split(pattern, "/"), strings.Split(at, "/")) {
				sent = again
				break
			}
		}
	}
	return sent
}

// fits reports whether a path is what a pattern means; two stars stand for any folders.
func fits(pattern, name []string) bool {
	// reached[i] is whether the pattern so far can stand for the first i parts of the name.
	reached := make([]bool, len(name)+1)
	reached[0] = true
	for _, part := range pattern {
		after := make([]bool, len(name)+1)
		for i, ok := range reached {
			switch {
			case !ok:
			case part == "**":
				for j := i; j <= len(name); j++ {
					after[j] = true
				}
			case i < len(name):
				matched, err := path.Match(part, name[i])
				after[i+1] = after[i+1] || matched && err == nil
			}
		}
		reached = after
	}
	return reached[len(name)]
}

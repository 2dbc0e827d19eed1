package tree

import (
	"regexp"
	"sync"
)

var generatedMark = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^(//|#|<!--) Code generated .* DO NOT EDIT\.( -->)?\r?$`)
})

// IsGenerated finds the mark that https://go.dev/s/generatedcode describes, in a comment of Go,
// YAML or Markdown.
func IsGenerated(content []byte) bool { return generatedMark().Match(content) }

package tree

import "regexp"

// IsGenerated finds the mark that https://go.dev/s/generatedcode describes, in a comment of Go,
// YAML or Markdown.
func IsGenerated(content []byte) bool {
	const mark = `(?m)^(//|#|<!--) Code generated .* DO NOT EDIT\.( -->)?\r?$`
	return regexp.MustCompile(mark).Match(content)
}

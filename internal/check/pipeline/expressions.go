package pipeline

import "strings"

// inScript finds the expressions in a script that are worth telling, with their lines from 0.
// IsUntrusted is whether a stranger decides what one says.
func inScript(script string, tell func(line int, text string, isUntrusted bool)) {
	for _, m := range patterns().expressions.FindAllStringSubmatchIndex(script, -1) {
		inner := strings.TrimSpace(patterns().bracketed.ReplaceAllString(script[m[2]:m[3]], ".$1"))
		line := strings.Count(script[:m[0]], "\n")
		switch {
		case patterns().strangers.MatchString(inner):
			tell(line, inner, true)
		case !patterns().harmless.MatchString(inner):
			tell(line, inner, false)
		}
	}
}

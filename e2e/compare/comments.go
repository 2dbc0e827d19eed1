package compare

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// commented counts the values of a values.yaml, and those of them that have a comment or are
// named. A mapping with a comment in which no value has one is one value: it is said what it
// is as a whole.
func commented(content []byte, named map[string]bool) (all, good int, err error) {
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil || len(document.Content) == 0 {
		return 0, 0, err
	}
	all, good = below("", document.Content[0], named)
	return all, good, nil
}

func below(at string, node *yaml.Node, named map[string]bool) (all, good int) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		path := strings.TrimPrefix(at+"."+key.Value, ".")
		has := named[path] || isComment(key.HeadComment) || isComment(key.LineComment) || isComment(value.LineComment)
		if value.Kind == yaml.MappingNode && len(value.Content) > 0 {
			a, g := below(path, value, named)
			if g > 0 || !has {
				all, good = all+a, good+g
				continue
			}
		}
		all++
		if has {
			good++
		}
	}
	return all, good
}

// isComment reports whether a comment says something: the last paragraph above a key is its own.
func isComment(text string) bool {
	return strings.Trim(text, "#-= \n\t") != ""
}

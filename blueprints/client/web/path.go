package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// samplePath joins segments to a path. Each remains one segment, whatever it holds; what is
// empty or a slash, or has a "." or ".." between slashes, could lead elsewhere and is refused.
func samplePath(segments ...string) (string, error) {
	var path strings.Builder
	for _, segment := range segments {
		parts := strings.Split(segment, "/")
		if segment == "" || segment == "/" || slices.Contains(parts, ".") || slices.Contains(parts, "..") {
			return "", fmt.Errorf("%q cannot be a segment of a path", segment)
		}
		path.WriteByte('/')
		path.WriteString(url.PathEscape(segment))
	}
	return path.String(), nil
}

package client

import (
	"bytes"
	"strings"

	"github.com/mintwright/mintwright/internal/names"
)

// articled says "an" before the target's names where that is their article.
func (t *target) articled(src []byte) []byte {
	var out []byte
	for {
		before, after, found := bytes.Cut(src, []byte(" a "))
		out = append(out, before...)
		if !found {
			return out
		}
		word, _, _ := strings.Cut(string(after[:min(len(after), 200)]), " ")
		name := strings.TrimPrefix(strings.TrimPrefix(word, "*"), t.p.Name+".")
		if strings.HasPrefix(name, t.exported()) || strings.HasPrefix(name, t.in.Name) {
			out = append(out, " "+strings.TrimSuffix(names.WithArticle(word), word)...)
		} else {
			out = append(out, " a "...)
		}
		src = after
	}
}

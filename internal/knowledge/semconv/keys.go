package semconv

import (
	"iter"
	"strings"
)

// Keys returns every key of the conventions, of today and of the past, each once and in no order
// to rely on. A template's name ends with a dot.
func Keys() iter.Seq[Key] {
	return func(yield func(Key) bool) {
		for line := range strings.Lines(table[1:]) {
			k := parse(strings.TrimSuffix(line, "\n"))
			k.Change = changeOf(k.Name)
			if name, ok := strings.CutSuffix(k.Name, "*"); ok {
				k.Name, k.Template = name, true
			}
			if !yield(k) {
				return
			}
		}
		for i := range live {
			if _, known := lineOf(live[i].key); !known && !yield(Key{Name: live[i].key, Type: live[i].kind, Former: live[i].kind, Enum: live[i].enum}) {
				return
			}
		}
		for i := range changes {
			c := &changes[i]
			if k, _ := exact(c.Key); k.First == "" && !strings.HasSuffix(c.Key, "*") && !yield(k) {
				return
			}
		}
	}
}

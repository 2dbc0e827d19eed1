package semconv

import "strings"

// HasNamespace reports whether the conventions have keys that begin as key does, up to its
// first dot.
func HasNamespace(key string) bool {
	ns, _, ok := strings.Cut(key, ".")
	return ok && ns != "" && len(rest(ns+".")) > 0
}

// Nearest returns the key of the conventions that key, which is none of them, was probably
// meant to be; a key that is alive before one that is not.
func Nearest(key string) (Key, bool) {
	ns, _, ok := strings.Cut(key, ".")
	if !ok {
		return Key{}, false
	}
	ns += "."
	var old Key
	try := func(name string) (found Key, done bool) {
		if strings.HasSuffix(name, "*") || !IsNear(key, name) {
			return Key{}, false
		}
		k, _ := exact(name)
		if k.Change != nil {
			old = k
		}
		return k, k.Change == nil
	}
	for line := range strings.Lines(rest(ns)) {
		name, _, _ := strings.Cut(line, "\t")
		if !strings.HasPrefix(name, ns) {
			break
		}
		if k, ok := try(name); ok {
			return k, !isWord(key, k.Name)
		}
	}
	for _, l := range live {
		if strings.HasPrefix(l.key, ns) {
			if k, ok := try(l.key); ok {
				return k, !isWord(key, k.Name)
			}
		}
	}
	return old, old.Name != "" && !isWord(key, old.Name)
}

// rest returns the table from the first key on that begins with prefix, or "" when none does.
func rest(prefix string) string {
	low, high := 1, len(table)
	for low < high {
		middle := low + (high-low)/2
		start := strings.LastIndexByte(table[:middle], '\n') + 1
		end := start + strings.IndexByte(table[start:], '\n') + 1
		if table[start:end] < prefix {
			low = end
		} else {
			high = start
		}
	}
	if !strings.HasPrefix(table[low:], prefix) {
		return ""
	}
	return table[low:]
}

// IsNear reports whether got is most likely a slip for known, a key with the same first part:
// they differ in dots, dashes, underscores and case alone; or in one part by one letter, by two
// where the part is long. An ending more or less (router, names) and another digit make
// another word; and so do short parts.
func IsNear(got, known string) bool {
	const shortest, longest = 8, 128
	if got == known || len(got) < shortest || len(got) > longest || len(known) > longest {
		return false
	}
	if fold(got) == fold(known) {
		return true
	}
	a, b, ok := differing(got, known)
	if !ok {
		return false
	}
	allowed := 1
	switch n := min(len(a), len(b)); {
	case n < 5, strings.HasPrefix(a, b), strings.HasPrefix(b, a), digits(a) != digits(b):
		return false
	case n >= 10:
		allowed = 2
	}
	return distance(a, b) <= allowed
}

// fold drops what divides words.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '.' || r == '_' || r == '-':
			return -1
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// digits returns the digits of s.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// differing returns the only parts in which a and b differ; not the first.
func differing(a, b string) (x, y string, ok bool) {
	if strings.Count(a, ".") != strings.Count(b, ".") {
		return "", "", false
	}
	for first := true; a != "" || b != ""; first = false {
		var p, q string
		p, a, _ = strings.Cut(a, ".")
		q, b, _ = strings.Cut(b, ".")
		if p == q {
			continue
		}
		if first || ok {
			return "", "", false
		}
		x, y, ok = p, q, true
	}
	return x, y, ok
}

// isWord reports whether the part of got that is not as in known stands in some key of the
// conventions: then it is a word of its own, not a slip.
func isWord(got, known string) bool {
	part, _, ok := differing(got, known)
	if !ok || fold(got) == fold(known) {
		return false
	}
	for line := range strings.Lines(table) {
		name, _, _ := strings.Cut(line, "\t")
		for p := range strings.SplitSeq(name, ".") {
			if p == part {
				return true
			}
		}
	}
	return false
}

// distance counts the letters to insert, remove, replace or exchange with their neighbour.
func distance(a, b string) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}

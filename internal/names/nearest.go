package names

import "strings"

// Nearest returns the known name that got was probably meant to be, or "" when none is near.
// Case, dashes and underscores do not count; of several equally near the first is taken.
func Nearest(got string, known []string) string {
	const longest = 64 // a longer word is no mistyped name
	if got == "" || len(got) > longest {
		return ""
	}
	got = fold(got)
	best, nearest := max(1, len(got)/3)+1, ""
	for _, k := range known {
		folded := fold(k)
		// Of a word of two letters one edit is half; then nothing of it may differ.
		if d := distance(got, folded); d < best && (d == 0 || d < min(len(got), len(folded))-1) {
			best, nearest = d, k
		}
	}
	return nearest
}

func fold(s string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(s))
}

// distance counts the edits between a and b: an insertion, a deletion, a replacement, or
// two neighbours that changed places (optimal string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}

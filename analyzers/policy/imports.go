package policy

import "go/types"

// imports returns the paths of all that pkg imports, itself or through others, and its own.
func imports(pkg *types.Package) map[string]bool {
	seen := map[string]bool{pkg.Path(): true}
	todo := []*types.Package{pkg}
	for len(todo) > 0 {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, i := range next.Imports() {
			if !seen[i.Path()] {
				seen[i.Path()] = true
				todo = append(todo, i)
			}
		}
	}
	return seen
}

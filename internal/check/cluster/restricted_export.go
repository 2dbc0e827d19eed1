package cluster

import "github.com/mintwright/mintwright/internal/chart"

// Restricted returns what the pod of an object, read as package chart reads YAML, breaks of Pod
// Security "restricted", a line each. An object without a pod breaks nothing.
func Restricted(object map[string]any) []string {
	p, ok := podOf(newObject(chart.Manifest{Object: object}))
	if !ok {
		return nil
	}
	var all []string
	for _, v := range restricted(p) {
		all = append(all, v.check+": "+v.message)
	}
	return all
}

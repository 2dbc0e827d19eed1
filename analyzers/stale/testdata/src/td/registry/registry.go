// Package registry has helpers of registries, one of which has changed.
package registry

//go:generate gen attrs changed.yaml
//go:generate gen attrs same.yaml -markdown same.md

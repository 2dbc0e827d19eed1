// Package kube tries an emitted chart, its namespace and its policies against a real
// kube-apiserver that keeps its objects in a real etcd.
//
// It holds tests only, and `make e2e-kube` runs them. The API server is built from its
// Go module; nothing of a cluster beside it runs, so no pod starts, and nothing that a
// controller would do happens.
package kube

// Package decorated wires services to stores.
package decorated

import "example.com/cases/spanmissing/store"

type service struct{ store store.Store }

func newService(s store.Store) *service { return &service{s} }

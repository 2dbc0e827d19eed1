package foreign

import renamed "td/other"

//go:generate gen trace -type renamed.Store
//go:generate gen trace -type td/other.Store -o path_trace.go

var _ renamed.Store

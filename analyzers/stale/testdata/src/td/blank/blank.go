package blank

import _ "td/other"

//go:generate gen trace -type other.Store

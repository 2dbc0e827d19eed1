// Package areas lists the areas of gen check, in the order in which they are told.
package areas

import (
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/cluster"
	"github.com/mintwright/mintwright/internal/check/code"
	"github.com/mintwright/mintwright/internal/check/decided"
	"github.com/mintwright/mintwright/internal/check/generated"
	"github.com/mintwright/mintwright/internal/check/image"
	"github.com/mintwright/mintwright/internal/check/lock"
	"github.com/mintwright/mintwright/internal/check/pipeline"
	"github.com/mintwright/mintwright/internal/check/project"
	"github.com/mintwright/mintwright/internal/check/versions"
)

// All returns the areas: from what was decided, by way of what was written and built, to what is
// asked of a project.
func All() []check.Area {
	return []check.Area{
		decided.Area(),
		code.Area(),
		generated.Area(),
		lock.Area(),
		versions.Area(),
		cluster.Area(),
		image.Area(),
		pipeline.Area(),
		project.Area(),
	}
}

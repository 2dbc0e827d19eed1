package cluster

import (
	"testing"

	"github.com/mintwright/mintwright/internal/check/checktest"
)

func TestSilent(t *testing.T) { checktest.Silent(t, Area()) }

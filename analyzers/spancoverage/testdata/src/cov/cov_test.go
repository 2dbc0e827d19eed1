package cov

import (
	"context"
	"testing"
)

func Test(t *testing.T) { helper(t.Context()) }

func helper(ctx context.Context) {}

// Package other is not named, and has no OpenTelemetry.
package other

import "context"

func Run(ctx context.Context) {}

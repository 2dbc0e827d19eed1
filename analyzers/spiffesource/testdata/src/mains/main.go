// Command mains ends with its source.
package main

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func main() {
	source, err := workloadapi.NewX509Source(context.Background())
	if err != nil {
		panic(err)
	}
	_, _ = source.GetX509SVID()
}

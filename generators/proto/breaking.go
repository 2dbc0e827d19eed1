package proto

import "context"

// Breaking is
func Breaking(ctx context.Context, s Site, c Choices, args ...string) ([]Finding, error) {
	return nil, nil
}

// Comments for rules of others are not ours to judge.
//
// Evidence: rule.

package suppression

import "context"

func goodOthers(ctx context.Context) error {
	//lint:ignore SA9999 some reason
	err := work(ctx) // GOOD: staticcheck's
	if err != nil {
		return err //nolint:wrapcheck
	}
	return nil
}

// A function of the same name that is ours.
//
// Evidence: rule.

package spiffeauthz

import "context"

type validator struct{}

func (validator) ValidateJWTSVID(_ context.Context, token, _ string) error {
	if token == "" {
		return errDenied
	}
	return nil
}

func goodAudienceOwn(ctx context.Context, v validator, token string) error {
	return v.ValidateJWTSVID(ctx, token, "") // GOOD: ours
}

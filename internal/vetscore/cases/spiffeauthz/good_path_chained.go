// Another matcher judges the domain.
//
// Evidence: R10 look-alike.

package spiffeauthz

import "github.com/spiffe/go-spiffe/v2/spiffeid"

func goodChained(path string) spiffeid.Matcher {
	member := spiffeid.MatchMemberOf(td)
	return func(id spiffeid.ID) error {
		if err := member(id); err != nil {
			return err
		}
		if id.Path() != path { // GOOD: the domain is judged above
			return errDenied
		}
		return nil
	}
}

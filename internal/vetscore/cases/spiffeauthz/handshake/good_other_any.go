// A function of the same name in a type of ours.
//
// Evidence: R11 look-alike.

package handshake

type gate struct{ open bool }

func (g gate) AuthorizeAny() error {
	if g.open {
		return nil
	}
	return errDenied
}

func goodOtherAny(g gate) error {
	return g.AuthorizeAny() // GOOD: ours
}

// A flag of the command.
//
// Evidence: look-alike: operators' flags.

package tlsconfig

import (
	"crypto/tls"
	"flag"
)

func goodFlag(args []string) (*tls.Config, error) {
	fs := flag.NewFlagSet("call", flag.ContinueOnError)
	skip := fs.Bool("insecure-skip-tls-verify", false, "do not verify the server")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: *skip}, nil // GOOD: the operator's
}

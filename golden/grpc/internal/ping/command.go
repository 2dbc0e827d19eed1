package ping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

// timeout bounds one run; a new registration takes some seconds to arrive.
const timeout = 30 * time.Second

// Run is the command line: [--refused] URL. It fails unless server answers, or with --refused
// unless server refuses the caller.
func Run(ctx context.Context, socket string, server spiffeid.ID, args []string, stdout io.Writer) error {
	refused := len(args) > 0 && args[0] == "--refused"
	if refused {
		args = args[1:]
	}
	if len(args) != 1 {
		return errors.New("ping takes one URL, such as https://host:8443/, and before it --refused or nothing")
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	result, err := Call(ctx, Options{Socket: socket, Server: server, URL: args[0]})
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", args[0], err)
	case refused && result.Refused == nil:
		return fmt.Errorf("%s: %s lets %s in: %s", args[0], server, result.Caller, result.Status)
	case !refused && result.Refused != nil:
		return fmt.Errorf("%s: %s refuses %s: %w", args[0], server, result.Caller, result.Refused)
	case refused:
		_, err = fmt.Fprintf(stdout, "%s refuses %s, as it should: %v\n", server, result.Caller, result.Refused)
	default:
		_, err = fmt.Fprintf(stdout, "%s answers %s: %s\n", server, result.Caller, result.Status)
	}
	return err
}

//go:build !linux && !darwin

package authority

import (
	"errors"
	"net"
)

// errUnsupported says that workloads cannot be attested on this operating system.
var errUnsupported = errors.New("workloads are attested on Linux and macOS only")

func peer(*net.UnixConn) (pid, uid int, err error) { return 0, 0, errUnsupported }

func inspect(int) (info, error) { return info{}, errUnsupported }

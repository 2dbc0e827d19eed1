package authority

import (
	"errors"
	"fmt"
	"net"

	"golang.org/x/sys/unix"
)

// solLocal is SOL_LOCAL of <sys/un.h>.
const solLocal = 0

func peer(c *net.UnixConn) (pid, uid int, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, 0, err
	}
	var cred *unix.Xucred
	var credErr, pidErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptXucred(int(fd), solLocal, unix.LOCAL_PEERCRED)
		pid, pidErr = unix.GetsockoptInt(int(fd), solLocal, unix.LOCAL_PEERPID)
	})
	if err = errors.Join(err, credErr, pidErr); err != nil {
		return 0, 0, err
	}
	return pid, int(cred.Uid), nil
}

// zombie is SZOMB of <sys/proc.h>.
const zombie = 5

// inspect asks the kernel's process table. The path of an executable is not in it.
func inspect(pid int) (info, error) {
	p, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return info{}, fmt.Errorf("process %d: %w", pid, err)
	}
	if int(p.Proc.P_pid) != pid || p.Proc.P_stat == zombie {
		return info{}, fmt.Errorf("process %d has ended", pid)
	}
	start := fmt.Sprintf("%d.%06d", p.Proc.P_starttime.Sec, p.Proc.P_starttime.Usec)
	return info{process: Process{PID: pid, Start: start}, parent: int(p.Eproc.Ppid)}, nil
}

package authority

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

func peer(c *net.UnixConn) (pid, uid int, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, 0, err
	}
	var cred *unix.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err = errors.Join(err, credErr); err != nil {
		return 0, 0, err
	}
	if cred.Pid <= 0 {
		return 0, 0, errors.New("the peer is in another PID namespace")
	}
	return int(cred.Pid), int(cred.Uid), nil
}

// inspect reads /proc/PID/stat: after the name in parentheses, which may hold anything,
// field 3 is the state, 4 the parent and 22 the start in ticks since boot (proc(5)).
func inspect(pid int) (info, error) {
	dir := "/proc/" + strconv.Itoa(pid)
	stat, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return info{}, fmt.Errorf("process %d: %w", pid, err)
	}
	rest := stat[bytes.LastIndexByte(stat, ')')+1:]
	fields := bytes.Fields(rest)
	if len(fields) < 20 {
		return info{}, fmt.Errorf("process %d: its stat file has an unknown form", pid)
	}
	if state := fields[0][0]; state == 'Z' || state == 'X' {
		return info{}, fmt.Errorf("process %d has ended", pid)
	}
	parent, err := strconv.Atoi(string(fields[1]))
	if err != nil {
		return info{}, fmt.Errorf("process %d: parent: %w", pid, err)
	}
	path, err := os.Readlink(dir + "/exe")
	if err != nil {
		path = "" // another user's, or a kernel thread
	}
	return info{process: Process{PID: pid, Start: string(fields[19])}, parent: parent, path: path}, nil
}

package dev

import "syscall"

// attributes has the kernel kill the child when the thread that started it ends, and so
// when the session is killed. It reaches the child alone, not what that started.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

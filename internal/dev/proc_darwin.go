package dev

import "syscall"

// attributes has no parent-death signal here: what a killed session leaves running is
// ended by the next session of this user.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

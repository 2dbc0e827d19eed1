//go:build !linux && !darwin

package dev

import (
	"io/fs"
	"os"
	"os/exec"
	"syscall"
)

const supported = false

func ownedByUs(fs.FileInfo) bool                    { return false }
func terminateGroup(int)                            {}
func killGroup(int)                                 {}
func attributes() *syscall.SysProcAttr              { return nil }
func endSignals() []os.Signal                       { return []os.Signal{os.Interrupt} }
func ignoreInterrupt(func(os.Signal)) (stop func()) { return func() {} }
func killedBy(*exec.ExitError) int                  { return 0 }
func lockFolder(string) (unlock func(), err error)  { return func() {}, nil }
func isRefused(error) bool                          { return false }

//go:build !windows

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// probe asks the terminal once where its cursor is, and waits 300 ms for an answer. typed is
// what a person typed meanwhile. The terminal is left as it was.
func probe(ctx context.Context, in, out *os.File) (answered bool, typed string, err error) {
	const patience = 300 * time.Millisecond
	fd := int(in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return false, "", nil // it is no terminal that could be asked
	}
	defer func() { _ = term.Restore(fd, before) }()
	if _, err := out.WriteString("\x1b[6n"); err != nil {
		return false, "", nil
	}
	var got []byte
	for end := time.Now().Add(patience); ; {
		if ctx.Err() != nil || bytes.IndexByte(got, keyCtrlC) >= 0 {
			return false, "", errInterrupted
		}
		if at := cursorReport().FindIndex(got); at != nil {
			return true, string(got[:at[0]]) + string(got[at[1]:]), nil
		}
		wait := time.Until(end)
		if wait <= 0 || !readable(fd, wait) {
			return false, strings.ToValidUTF8(string(got), ""), nil
		}
		chunk := make([]byte, 256)
		n, err := in.Read(chunk)
		if err != nil || n == 0 {
			return false, string(got), nil
		}
		got = append(got, chunk[:n]...)
	}
}

// readable waits until fd can be read. It is select because poll knows no terminals on macOS.
func readable(fd int, wait time.Duration) bool {
	const most = 1024 // FD_SETSIZE
	if fd < 0 || fd >= most {
		return false
	}
	for end := time.Now().Add(wait); ; {
		var set unix.FdSet
		set.Set(fd)
		left := unix.NsecToTimeval(max(time.Until(end), 0).Nanoseconds())
		n, err := unix.Select(fd+1, &set, nil, nil, &left)
		if errors.Is(err, unix.EINTR) && time.Now().Before(end) {
			continue
		}
		return err == nil && n > 0
	}
}

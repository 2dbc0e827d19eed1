package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
)

// The keys that end a prompt, as a terminal in raw mode sends them.
const (
	keyCtrlC  = 0x03
	keyCtrlD  = 0x04
	keyEscape = 0x1b
)

// errStopped ends the reading of a prompt.
var errStopped = errors.New("stopped")

// keys is a terminal in raw mode as the prompts read it. Ctrl-C and Ctrl-D end the prompt,
// whatever it was waiting for (survey takes Ctrl-D for an answer, and an answer of the
// terminal for more patience than a person has); Escape alone goes back.
//
// A read ends at the end of a line, so that what was typed ahead stays for the next prompt.
type keys struct {
	file *os.File

	mu            sync.Mutex
	ahead         []byte // read, not yet handed out
	canBack       bool
	stopped, back bool
}

// begin starts a prompt.
func (k *keys) begin(canBack bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.canBack, k.back = canBack, false
}

// wish says how the prompt was ended, when it was by such a key.
func (k *keys) wish() (stopped, back bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.stopped, k.back
}

// Fd is the terminal's.
func (k *keys) Fd() uintptr { return k.file.Fd() }

func (k *keys) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for {
		if n, err := k.take(b); n > 0 || err != nil {
			return n, err
		}
		chunk := make([]byte, 1024)
		n, err := k.file.Read(chunk)
		k.mu.Lock()
		k.ahead = append(k.ahead, chunk[:n]...)
		if n == 1 && chunk[0] == keyEscape && k.canBack {
			k.back, k.ahead = true, nil
		}
		k.mu.Unlock()
		if n == 0 {
			if err == nil {
				err = io.ErrNoProgress
			}
			return 0, err
		}
	}
}

// take hands out what was read ahead, 0 when there is nothing.
func (k *keys) take(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if bytes.ContainsAny(k.ahead, string([]byte{keyCtrlC, keyCtrlD})) {
		k.stopped = true
	}
	if k.stopped || k.back {
		return 0, errStopped
	}
	line := k.ahead
	if i := bytes.IndexAny(line, "\r\n"); i >= 0 {
		line = line[:i+1]
	}
	n := copy(b, line)
	k.ahead = k.ahead[n:]
	return n, nil
}

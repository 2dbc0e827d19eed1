package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// lockPatience is how long ReplaceFile waits for another run.
const lockPatience = 5 * time.Second

// ReplaceFile replaces the content of a file that exists by what edit makes of it, in
// one step: a reader sees the old content or the new. The mode is kept. Runs that edit
// one file at once wait for each other, and edit may be called only under that lock.
//
// It fails with ErrSymlink for a symbolic link and with fs.ErrNotExist for no file; an
// error of edit is returned as it is, and nothing is written then.
func ReplaceFile(name string, edit func(old []byte) ([]byte, error)) error {
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer root.Close()
	return classify(name, replace(root, name, edit))
}

func replace(root *os.Root, name string, edit func(old []byte) ([]byte, error)) error {
	base := filepath.Base(name)
	if err := checkRegular(root, name); err != nil {
		return err
	}
	held, err := acquireWithin(root, lockBeside(base), lockPatience)
	if errors.Is(err, ErrBusy) {
		return &Error{Path: name, Reason: ErrBusy}
	}
	if err != nil {
		return err
	}
	defer held.release()
	if err := clearBeside(root, base); err != nil {
		return err
	}
	if err := checkRegular(root, name); err != nil {
		return err
	}
	info, err := root.Lstat(base)
	if err != nil {
		return err
	}
	old, err := root.ReadFile(base)
	if err != nil {
		return err
	}
	content, err := edit(bytes.Clone(old))
	if err != nil {
		return err
	}
	if bytes.Equal(old, content) {
		return nil
	}
	staged := stagingBeside(base)
	err = writeNew(root, staged, content, 0o600)
	if err == nil {
		err = root.Chmod(staged, info.Mode().Perm())
	}
	if err == nil {
		err = root.Rename(staged, base)
	}
	if err != nil {
		return joinCleanup(err, root.RemoveAll(staged))
	}
	return nil
}

func checkRegular(root *os.Root, name string) error {
	info, err := root.Lstat(filepath.Base(name))
	switch {
	case err != nil:
		return err
	case info.Mode()&os.ModeSymlink != 0:
		return &Error{Path: name, Reason: ErrSymlink}
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", name)
	}
	return nil
}

// acquireWithin is acquire with some patience for another holder.
func acquireWithin(root *os.Root, name string, patience time.Duration) (*heldLock, error) {
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		held, err := acquire(root, name)
		if !errors.Is(err, ErrBusy) || time.Now().After(deadline) {
			return held, err
		}
	}
}

// Save writes a file whole, in one step: it is made with the mode 0644, or replaced as
// ReplaceFile does.
func Save(name string, content []byte) error {
	err := ReplaceFile(name, func([]byte) ([]byte, error) { return content, nil })
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return classify(name, err)
	}
	defer root.Close()
	base := filepath.Base(name)
	staged := stagingBeside(base)
	if err = writeNew(root, staged, content, 0o644); err == nil {
		err = root.Rename(staged, base)
	}
	if err != nil {
		return joinCleanup(classify(name, err), root.RemoveAll(staged))
	}
	return nil
}

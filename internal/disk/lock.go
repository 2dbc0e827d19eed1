package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Names beside a folder that does not exist yet: "orders" is locked by
// ".orders.gen-lock" and staged in ".orders.gen-0123456789abcdef".
func lockBeside(name string) string    { return "." + name + ".gen-lock" }
func stagingBeside(name string) string { return "." + name + ".gen-" + random() }

func isStagingBeside(entry, name string) bool {
	digits, found := strings.CutPrefix(entry, "."+name+".gen-")
	return found && len(digits) == 16 && strings.Trim(digits, "0123456789abcdef") == ""
}

// clearBeside removes what killed runs staged for name in root. The lock must be held.
func clearBeside(root *os.Root, name string) error {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if isStagingBeside(e.Name(), name) {
			if err := root.RemoveAll(e.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// clearAbove removes what a run left that was killed after its rename: the lock beside
// dir, or beside a parent that the same rename brought. Nothing depends on it, so that
// a failure is left for the next time.
func clearAbove(dir string) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return
	}
	for ; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		parent, name := filepath.Split(dir)
		if _, err := os.Lstat(filepath.Join(parent, lockBeside(name))); err != nil {
			continue
		}
		root, err := os.OpenRoot(parent)
		if err != nil {
			continue
		}
		if held, err := acquire(root, lockBeside(name)); err == nil {
			_ = clearBeside(root, name) // best effort, see above
			held.release()
		}
		_ = root.Close()
	}
}

// heldLock is a locked file. The system unlocks it when the process ends, however it
// ends; the file itself may stay, and is taken over by the next run.
type heldLock struct {
	root *os.Root
	name string
	file *os.File
}

// acquire locks the file name in root, which it makes when missing.
// It fails with ErrBusy when another process holds it.
func acquire(root *os.Root, name string) (*heldLock, error) {
	for range 10 {
		file, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := tryLock(file); err != nil {
			return nil, joinCleanup(err, file.Close())
		}
		// The holder before us may have removed the file that we have just locked.
		ours, errOurs := file.Stat()
		there, errThere := root.Lstat(name)
		if errOurs == nil && errThere == nil && os.SameFile(ours, there) {
			return &heldLock{root, name, file}, nil
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
		if errThere != nil && !errors.Is(errThere, fs.ErrNotExist) {
			return nil, errThere
		}
	}
	return nil, ErrBusy
}

// release removes the file and gives up the lock, in this order: whoever locks a file that
// is removed notices, and one that is locked by somebody else must not be removed. Windows
// removes open files too, when os.Root has opened them. What cannot be removed does no harm.
func (l *heldLock) release() {
	_ = l.root.Remove(l.name)
	_ = l.file.Close()
}

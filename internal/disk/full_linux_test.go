package disk

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A real full disk, where the test may mount one; the steps of
// TestNothingIsLeftAfterAnError hold everywhere.
func TestFullDisk(t *testing.T) {
	for _, limit := range []string{"size=40k", "nr_inodes=20", "size=4k,nr_inodes=3"} {
		base := t.TempDir()
		if err := syscall.Mount("tmpfs", base, "tmpfs", 0, limit); err != nil {
			t.Skipf("cannot mount a small tmpfs: %v", err)
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(base, 0); err != nil {
				t.Error(err)
			}
		})
		if _, err := Create(t.Context(), filepath.Join(base, "a/orders"), service(t), Options{}); err == nil {
			t.Fatalf("%s: want an error, got none", limit)
		} else {
			checkReason(t, err, ErrFull, base)
		}
		checkContents(t, base, nil)
		_, err := Create(t.Context(), base, service(t), Options{})
		checkReason(t, err, ErrFull, base)
		checkContents(t, base, nil)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	base := t.TempDir()
	if err := syscall.Mount("tmpfs", base, "tmpfs", syscall.MS_RDONLY, "size=1m"); err != nil {
		t.Skipf("cannot mount a read-only tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(base, 0); err != nil {
			t.Error(err)
		}
	})
	for _, dir := range []string{base, filepath.Join(base, "a/orders")} {
		_, err := Create(t.Context(), dir, service(t), Options{})
		checkReason(t, err, ErrReadOnly, base)
	}
}

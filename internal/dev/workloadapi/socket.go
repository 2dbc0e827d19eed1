package workloadapi

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// ErrInUse says that somebody answers on the socket already.
var ErrInUse = errors.New("in use by another process")

// Listen listens on a unix socket that only its owner can reach: the folder, made when it
// is missing, has mode 0700 and the socket 0600. A socket that was left behind is replaced,
// and only when nobody answers on it; otherwise Listen fails with ErrInUse.
//
// A path longer than the system allows is an error that says by how much.
func Listen(path string) (*net.UnixListener, error) {
	if !filepath.IsAbs(path) {
		return nil, fmt.Errorf("socket %q: the path is not absolute", path)
	}
	if limit := pathLimit(); len(path) > limit {
		return nil, fmt.Errorf("socket %q: the path has %d bytes and %s allows %d; choose a shorter folder",
			path, len(path), runtime.GOOS, limit)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("socket folder %q must be ours alone: %w", dir, err)
	}
	if err := removeStale(path); err != nil {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	// Until here the folder's mode kept others away.
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// pathLimit is the size of sun_path without its final NUL.
func pathLimit() int {
	if runtime.GOOS == "linux" {
		return 107
	}
	return 103
}

func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("socket %q: a file that is no socket is in its place", path)
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		conn.Close()
		return fmt.Errorf("socket %q: %w", path, ErrInUse)
	}
	return os.Remove(path)
}

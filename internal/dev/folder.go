package dev

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mintwright/mintwright/internal/dev/authority"
	"github.com/mintwright/mintwright/internal/dev/workloadapi"
)

// The files of a session's folder. Their names are short: a socket's path has at most 103
// bytes on macOS.
const (
	stateFile     = "state.json"
	apiSocket     = "api.sock"
	controlSocket = "ctl.sock"
	binPrefix     = "gen-dev-"
)

// state is what a session leaves for clients, and for the next session when it was killed.
type state struct {
	Session   authority.Process   `json:"session"`
	API       string              `json:"workload_api"` // SPIFFE_ENDPOINT_SOCKET
	Telemetry string              `json:"telemetry"`    // OTEL_EXPORTER_OTLP_ENDPOINT
	Bin       string              `json:"bin"`
	Services  []Running           `json:"services"`
	Processes []authority.Process `json:"processes"`
}

// runtimeFolder returns the folder under which sessions have theirs. It belongs to the user
// alone.
func runtimeFolder(choice string) (string, error) {
	dir := choice
	if dir == "" {
		if xdg := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(xdg) && len(xdg) < 50 && isFolder(xdg) {
			dir = filepath.Join(xdg, "gen-dev")
		} else {
			// Not os.TempDir: on macOS it is half as long as a socket's path may be.
			dir = fmt.Sprintf("/tmp/gen-dev-%d", os.Getuid())
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("runtime folder: %w", err)
	}
	if err := ours(dir); err != nil {
		return "", err
	}
	return dir, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// ours fails unless dir is a folder of this user that nobody else can enter: under /tmp
// anybody could have made it first.
func ours(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || info.Mode().Perm()&0o077 != 0 || !ownedByUs(info) {
		return fmt.Errorf("runtime folder %q is not ours alone; remove it, or set XDG_RUNTIME_DIR", dir)
	}
	return nil
}

// resolve returns the one name of a folder.
func resolve(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// sessionFolder is the folder of the session whose first service is in dir.
func sessionFolder(runtime, dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(runtime, hex.EncodeToString(sum[:5]))
}

func readState(folder string) (state, error) {
	data, err := os.ReadFile(filepath.Join(folder, stateFile))
	if err != nil {
		return state{}, err
	}
	var st state
	if err := json.Unmarshal(data, &st); err != nil {
		return state{}, fmt.Errorf("reading %s: %w", stateFile, err)
	}
	return st, nil
}

func writeState(folder string, st state) error {
	data, err := json.MarshalIndent(st, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(folder, stateFile)
	if err := os.WriteFile(path+".new", append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// clearStale removes what a session that was killed left behind: its processes, as far as
// they are the very same ones, and its programs.
func clearStale(folder string) error {
	st, err := readState(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return os.Remove(filepath.Join(folder, stateFile)) // half written: it tells nothing
	}
	for _, p := range st.Processes {
		// The number of a group that has members is given to no new process: unless another
		// process bears it now, the group is what the old one left.
		if now, err := authority.FindProcess(p.PID); err != nil || now == p {
			killGroup(p.PID)
		}
	}
	if strings.HasPrefix(filepath.Base(st.Bin), binPrefix) {
		if info, err := os.Lstat(st.Bin); err == nil && info.IsDir() && ownedByUs(info) {
			err = os.RemoveAll(st.Bin)
			if err != nil {
				return err
			}
		}
	}
	return os.Remove(filepath.Join(folder, stateFile))
}

// sweep clears what killed sessions left in folders other than own. A folder counts only
// when the process that it records is gone and nobody answers on its control socket.
func sweep(runtime, own string) error {
	folders, err := os.ReadDir(runtime)
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range folders {
		folder := filepath.Join(runtime, d.Name())
		if folder == own || !d.IsDir() {
			continue
		}
		if st, err := readState(folder); err != nil || st.Session.IsAlive() {
			continue // not a session, or one that runs
		}
		errs = append(errs, sweepFolder(folder))
	}
	return errors.Join(errs...)
}

func sweepFolder(folder string) error {
	claim, err := listenControl(filepath.Join(folder, controlSocket))
	if errors.Is(err, workloadapi.ErrInUse) {
		return nil
	}
	if err != nil {
		return err
	}
	err = clearStale(folder)
	if rmErr := os.Remove(filepath.Join(folder, apiSocket)); rmErr != nil && !errors.Is(rmErr, fs.ErrNotExist) {
		err = errors.Join(err, rmErr)
	}
	if err = errors.Join(err, claim.close()); err != nil {
		return err
	}
	return os.Remove(folder)
}

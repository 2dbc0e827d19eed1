package authority

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// Selector is one fact about a workload, such as "unix:uid:1000".
type Selector string

// UID is the selector of a user.
func UID(uid int) Selector { return Selector("unix:uid:" + strconv.Itoa(uid)) }

// Path is the selector of an executable.
func Path(path string) Selector { return Selector("unix:path:" + path) }

// Process is one process for all of its life: a number alone is used again for others.
type Process struct {
	PID   int    `json:"pid"`
	Start string `json:"start"` // as the operating system counts it
}

// Tree is the selector of the process and of all that it started, at any depth.
func (p Process) Tree() Selector {
	return Selector("process:tree:" + strconv.Itoa(p.PID) + ":" + p.Start)
}

// IsAlive reports whether the very same process is still there.
func (p Process) IsAlive() bool {
	now, err := inspect(p.PID)
	return err == nil && now.process == p
}

// FindProcess returns the process that has the number pid now.
func FindProcess(pid int) (Process, error) {
	i, err := inspect(pid)
	return i.process, err
}

// Workload is what attestation found out about the process at the other end.
type Workload struct {
	Process
	UID  int
	Path string // of its executable; "" where the system does not tell
	// Lineage is the process, its parent and so on, as they were at the time of connecting.
	Lineage []Process
}

// Selectors returns the facts, the nearest first.
func (w Workload) Selectors() []Selector {
	var s []Selector
	for _, p := range w.Lineage {
		s = append(s, p.Tree())
	}
	if w.Path != "" {
		s = append(s, Path(w.Path))
	}
	return append(s, UID(w.UID))
}

// Attestor finds out who is at the other end of a connection.
type Attestor interface {
	Attest(conn net.Conn) (Workload, error)
}

// PeerCredentials attests the peer of a unix socket by what the kernel knows of it.
//
// The kernel remembers who connected; a socket that was handed on keeps the identity of
// the one who opened it.
type PeerCredentials struct{}

// Attest asks the kernel. It fails where the system offers no peer credentials.
func (PeerCredentials) Attest(conn net.Conn) (Workload, error) {
	c, ok := conn.(*net.UnixConn)
	if !ok {
		return Workload{}, fmt.Errorf("attesting a workload: %T is not a unix socket", conn)
	}
	pid, uid, err := peer(c)
	if err != nil {
		return Workload{}, fmt.Errorf("attesting a workload: %w", err)
	}
	self, err := inspect(pid)
	if err != nil {
		return Workload{}, fmt.Errorf("attesting a workload: %w", err)
	}
	w := Workload{Process: self.process, UID: uid, Path: self.path, Lineage: lineage(self)}
	// Had the number been taken over by another process meanwhile, its start would differ.
	if !w.IsAlive() {
		return Workload{}, errors.New("attesting a workload: the process has ended")
	}
	return w, nil
}

// info is what the operating system knows about a process.
type info struct {
	process Process
	parent  int
	path    string
}

// maxDepth ends the walk where numbers were reused into a circle.
const maxDepth = 64

func lineage(self info) []Process {
	line := []Process{self.process}
	for at := self; at.parent > 1 && len(line) < maxDepth; {
		up, err := inspect(at.parent)
		if err != nil {
			break // ended meanwhile, or not ours to see
		}
		line = append(line, up.process)
		at = up
	}
	return line
}

package generate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// reads is what was read of the disk: a hash by the absolute path.
type reads map[string]string

// nothing stands for what is not there, or cannot be read.
const nothing = "nothing"

// watched notes in reads what is opened through a file system.
type watched struct {
	fs.FS
	dir  string // where it starts, absolute
	into reads
}

func (w watched) Open(name string) (fs.File, error) {
	w.into[filepath.Join(w.dir, filepath.FromSlash(name))] = sumOf(w.FS, name)
	if info, err := fs.Stat(w.FS, name); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("it is no regular file")} // a pipe may never end
	}
	return w.FS.Open(name)
}

// unchanged says whether everything is as it was read.
func (r reads) unchanged() bool {
	for name, want := range r {
		if sumOf(os.DirFS(filepath.Dir(name)), filepath.Base(name)) != want {
			return false
		}
	}
	return true
}

// sumOf returns a hash of a file, or of what a folder lists.
func sumOf(files fs.FS, name string) string {
	info, err := fs.Stat(files, name)
	if err != nil {
		return nothing
	}
	h := sha256.New()
	if info.IsDir() {
		entries, err := fs.ReadDir(files, name)
		if err != nil {
			return nothing
		}
		for _, e := range entries {
			fmt.Fprintf(h, "%q %v\n", e.Name(), e.Type())
		}
		return "folder " + hex.EncodeToString(h.Sum(nil))
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nothing
	}
	f, err := files.Open(name)
	if err != nil {
		return nothing
	}
	_, err = io.Copy(h, f)
	if errors.Join(err, f.Close()) != nil {
		return nothing
	}
	return hex.EncodeToString(h.Sum(nil))
}

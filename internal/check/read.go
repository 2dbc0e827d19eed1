package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
)

// MaxFile is the size of the largest file that is read.
const MaxFile = 4 << 20

// maxFiles is the number of files that List returns at most.
const maxFiles = 20_000

var (
	// ErrTooLarge is the error of a file of more than MaxFile bytes, or a folder of too many files.
	ErrTooLarge = errors.New("too large")
	// ErrNoFile is the error of what is a folder, a socket or a device.
	ErrNoFile = errors.New("no regular file")
)

// Reason returns what an error of Read says beside the name of the file, for where that is told.
func Reason(err error) string {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err.Error()
	}
	return err.Error()
}

// errOutside is in place of what os.Root says of a link that leads out of it, or in a circle.
var errOutside = errors.New("a link out of the folder")

// Below returns what is in a folder, without a way out of it. Its errors speak to a person: of
// reading, and not of system calls.
func Below(root *os.Root) fs.FS { return folder{root.FS()} }

type folder struct{ fs.FS }

func (f folder) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	return file, told(err)
}

func (f folder) Stat(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(f.FS, name)
	return info, told(err)
}

func (f folder) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(f.FS, name)
	return list, told(err)
}

func (f folder) ReadLink(name string) (string, error) {
	to, err := fs.ReadLink(f.FS, name)
	return to, told(err)
}

func (f folder) Lstat(name string) (fs.FileInfo, error) {
	info, err := fs.Lstat(f.FS, name)
	return info, told(err)
}

func told(err error) error {
	at, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return err
	}
	why := at.Err
	if _, isSystem := errors.AsType[syscall.Errno](why); !isSystem && strings.Contains(why.Error(), "escapes") {
		why = errOutside
	}
	return &fs.PathError{Op: "reading", Path: at.Path, Err: why}
}

// Read returns the content of a file, a slash path below the service. It fails with an error
// that is fs.ErrNotExist, ErrTooLarge, ErrNoFile or another of the file system; a link that
// leads out of the service is one. Nothing that is no file is opened: a pipe would wait.
func (s *Service) Read(name string) ([]byte, error) {
	info, err := fs.Stat(s.FS, name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "reading", Path: name, Err: ErrNoFile}
	case info.Size() > MaxFile:
		return nil, &fs.PathError{Op: "reading", Path: name, Err: fmt.Errorf("%w (%d bytes)", ErrTooLarge, info.Size())}
	}
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, &fs.PathError{Op: "reading", Path: name, Err: errors.New(Reason(err))} // at.Path is that of the machine
	}
	if len(content) > MaxFile { // it grows
		return nil, &fs.PathError{Op: "reading", Path: name, Err: ErrTooLarge}
	}
	return content, nil
}

// Sub returns the files below a folder of the service. Unlike those of fs.Sub they can be looked
// at without being opened.
func (s *Service) Sub(dir string) fs.FS { return below{s.FS, dir} }

type below struct {
	fs  fs.FS
	dir string
}

func (b below) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return b.fs.Open(path.Join(b.dir, name))
}

func (b below) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	return fs.Stat(b.fs, path.Join(b.dir, name))
}

// Has reports whether there is a file of that name.
func (s *Service) Has(name string) bool {
	info, err := fs.Stat(s.FS, name)
	return err == nil && info.Mode().IsRegular()
}

// List returns the files in and below a folder, sorted, as slash paths below the service: none
// when there is no such folder. What git keeps for itself, what others have written (vendor,
// node_modules) and links are left out. What it returns beside an error is there.
func (s *Service) List(dir string) ([]string, error) {
	var files []string
	err := fs.WalkDir(s.FS, dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == dir && errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "node_modules", "vendor"}, d.Name()):
			return fs.SkipDir
		case d.Type().IsRegular():
			files = append(files, name)
		}
		if len(files) > maxFiles {
			return fmt.Errorf("%s: %w (more than %d files)", dir, ErrTooLarge, maxFiles)
		}
		return nil
	})
	slices.Sort(files)
	return files, err
}

// SameText reports whether a file holds text, but for line ends that git may have changed.
func SameText(file, text []byte) bool {
	return bytes.Equal(file, text) || bytes.Equal(bytes.ReplaceAll(file, []byte("\r\n"), []byte("\n")), text)
}

// HasExt reports whether a name ends in one of the extensions, which begin with a dot.
func HasExt(name string, extensions ...string) bool {
	return slices.Contains(extensions, strings.ToLower(path.Ext(name)))
}

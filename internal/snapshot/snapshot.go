// Package snapshot packs a tree into .mintwright/base.tar.gz and reads it back.
//
// The snapshot is the pristine state against which a later update merges: the files
// as gen rendered them, without the snapshot itself and without mintwright.lock.
// Equal trees give equal bytes: sorted, with a fixed time and without names of users.
// The owner of a file stands in a PAX record, so that any tar program can unpack it.
package snapshot

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/mintwright/mintwright/internal/tree"
)

// Path is where the snapshot lies in a service.
const Path = ".mintwright/base.tar.gz"

// A service has some sixty files and 300 kB; the limits leave room for forty of them
// and keep a hostile snapshot from filling the memory.
const (
	maxPacked = 8 << 20
	maxBytes  = 32 << 20 // of the tar stream, headers included
	maxFiles  = 5_000
)

// level of compression: a twentieth larger than the best, in a third of its time, which was
// most of what gen new needs between the answers and the disk.
const level = 4

// ownerRecord is the PAX record that holds a file's owner.
const ownerRecord = "MINTWRIGHT.owner"

// ErrTooLarge is returned by Pack and Unpack for more than a service can hold.
var ErrTooLarge = errors.New("more than a service can hold")

// Pack returns the snapshot of a tree.
func Pack(t tree.Tree) ([]byte, error) {
	if _, found := t.Lookup(Path); found {
		return nil, fmt.Errorf("packing %q: a snapshot cannot hold itself", Path)
	}
	if len(t) > maxFiles {
		return nil, fmt.Errorf("packing %d files: %w", len(t), ErrTooLarge)
	}
	var packed bytes.Buffer
	gz, err := gzip.NewWriterLevel(&packed, level)
	if err != nil {
		return nil, fmt.Errorf("packing: %w", err)
	}
	size := &counter{to: gz}
	tw := tar.NewWriter(size)
	for _, f := range t {
		if err := write(tw, f); err != nil {
			return nil, fmt.Errorf("packing %q: %w", f.Path, err)
		}
	}
	if err := errors.Join(tw.Close(), gz.Close()); err != nil {
		return nil, fmt.Errorf("packing: %w", err)
	}
	if size.n > maxBytes || packed.Len() > maxPacked {
		return nil, fmt.Errorf("packing %d bytes: %w", size.n, ErrTooLarge)
	}
	return packed.Bytes(), nil
}

func write(tw *tar.Writer, f tree.File) error {
	err := tw.WriteHeader(&tar.Header{
		Typeflag:   tar.TypeReg,
		Name:       f.Path,
		Mode:       int64(f.Mode),
		Size:       int64(len(f.Content)),
		ModTime:    time.Unix(0, 0),
		Format:     tar.FormatPAX,
		PAXRecords: map[string]string{ownerRecord: string(f.Owner)},
	})
	if err != nil {
		return err
	}
	_, err = tw.Write(f.Content)
	return err
}

// counter counts what is written through it.
type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// Unpack returns the tree of a snapshot.
//
// It refuses what Pack does not write: links, folders, devices and sparse files, paths
// that tree.New refuses, files without an owner, and bytes after the end. It fails
// with ErrTooLarge before it has read more than a service can hold.
func Unpack(packed []byte) (tree.Tree, error) {
	t, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("reading snapshot: %w", err)
	}
	return t, nil
}

func unpack(packed []byte) (tree.Tree, error) {
	if len(packed) > maxPacked {
		return nil, fmt.Errorf("%d bytes: %w", len(packed), ErrTooLarge)
	}
	source := bytes.NewReader(packed)
	gz, err := gzip.NewReader(source)
	if err != nil {
		return nil, err
	}
	gz.Multistream(false)
	stream := &limited{from: gz, left: maxBytes}

	var files []tree.File
	tr := tar.NewReader(stream)
	for {
		header, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(files) == maxFiles {
			return nil, fmt.Errorf("over %d files: %w", maxFiles, ErrTooLarge)
		}
		f, err := read(tr, header)
		if err != nil {
			return nil, fmt.Errorf("file %q: %w", header.Name, err)
		}
		files = append(files, f)
	}
	// Reading on to the end makes gzip verify its checksum.
	if err := onlyZeros(stream); err != nil {
		return nil, err
	}
	if source.Len() > 0 {
		return nil, errors.New("data after the end")
	}
	t, err := tree.New(files...)
	if err != nil {
		return nil, err
	}
	if _, found := t.Lookup(Path); found {
		return nil, fmt.Errorf("file %q: a snapshot cannot hold itself", Path)
	}
	return t, nil
}

func read(tr *tar.Reader, header *tar.Header) (tree.File, error) {
	if header.Typeflag != tar.TypeReg {
		return tree.File{}, fmt.Errorf("type %q is not a regular file", header.Typeflag)
	}
	for name := range header.PAXRecords {
		if name != ownerRecord && name != "path" {
			return tree.File{}, fmt.Errorf("unexpected record %q", name)
		}
	}
	// The size in a header is a claim; the limit on the stream holds while reading.
	if header.Size > maxBytes {
		return tree.File{}, fmt.Errorf("%d bytes: %w", header.Size, ErrTooLarge)
	}
	if header.Mode != int64(fs.FileMode(header.Mode).Perm()) {
		return tree.File{}, fmt.Errorf("mode %#o is neither 0644 nor 0755", header.Mode)
	}
	content, err := io.ReadAll(tr)
	if err != nil {
		return tree.File{}, err
	}
	return tree.File{
		Path:    header.Name,
		Mode:    fs.FileMode(header.Mode),
		Owner:   tree.Owner(header.PAXRecords[ownerRecord]),
		Content: content,
	}, nil
}

// limited reads from a stream and fails, rather than ends, when it goes on for longer
// than it may.
type limited struct {
	from io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}

// onlyZeros reads r to its end, and fails at the first byte that is not padding.
func onlyZeros(r io.Reader) error {
	rest, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return errors.New("data after the end")
	}
	return nil
}

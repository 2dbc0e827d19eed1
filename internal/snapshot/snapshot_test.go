package snapshot_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mintwright/mintwright/internal/snapshot"
	"github.com/mintwright/mintwright/internal/tree"
)

// trees draws trees of up to twenty files, empty ones and empty files too.
func trees() *rapid.Generator[tree.Tree] {
	return rapid.Custom(func(t *rapid.T) tree.Tree {
		paths := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-d]{1,3}(/[a-d]{1,120}){0,3}/[a-z]{1,8}\.go`), 0, 20, rapid.ID).Draw(t, "paths")
		var files []tree.File
		for _, p := range paths {
			files = append(files, tree.File{
				Path:    p,
				Mode:    0o644 | 0o111*rapid.SampledFrom([]fs.FileMode{0, 1}).Draw(t, "executable"),
				Owner:   rapid.SampledFrom([]tree.Owner{tree.Managed, tree.Yours, tree.Generated}).Draw(t, "owner"),
				Content: rapid.SliceOfN(rapid.Byte(), 0, 2000).Draw(t, "content"),
			})
		}
		made, err := tree.New(files...)
		if err != nil {
			t.Skip(err) // a file where another needs a folder
		}
		return made
	})
}

func same(a, b tree.Tree) bool {
	return slices.EqualFunc(a, b, func(x, y tree.File) bool {
		return x.Path == y.Path && x.Mode == y.Mode && x.Owner == y.Owner && bytes.Equal(x.Content, y.Content)
	})
}

func TestUnpackReturnsWhatWasPacked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := trees().Draw(rt, "tree")
		packed, err := snapshot.Pack(want)
		if err != nil {
			rt.Fatal(err)
		}
		again, err := snapshot.Pack(want)
		if err != nil {
			rt.Fatal(err)
		}
		if !bytes.Equal(packed, again) {
			rt.Fatal("packing twice gives different bytes")
		}
		got, err := snapshot.Unpack(packed)
		if err != nil {
			rt.Fatal(err)
		}
		if !same(want, got) {
			rt.Fatalf("want %v, got %v", want, got)
		}
	})
}

func TestPackTellsNothingOfItsMaker(t *testing.T) {
	files, err := tree.New(tree.File{Path: "a", Mode: 0o644, Owner: tree.Yours, Content: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	packed, err := snapshot.Pack(files)
	if err != nil {
		t.Fatal(err)
	}
	gz, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if !gz.ModTime.IsZero() || gz.Name != "" || gz.Comment != "" || gz.OS != 255 {
		t.Errorf("gzip header: %+v", gz.Header)
	}
	header, err := tar.NewReader(gz).Next()
	if err != nil {
		t.Fatal(err)
	}
	if !header.ModTime.Equal(time.Unix(0, 0)) || header.Uname != "" || header.Gname != "" || header.Uid != 0 || header.Gid != 0 {
		t.Errorf("tar header: %+v", header)
	}
}

func TestPackRefuses(t *testing.T) {
	self := tree.Tree{{Path: snapshot.Path, Mode: 0o644, Owner: tree.Generated}}
	if _, err := snapshot.Pack(self); err == nil || !strings.Contains(err.Error(), "itself") {
		t.Errorf("itself: got %v", err)
	}
	large := tree.Tree{{Path: "a", Mode: 0o644, Owner: tree.Yours, Content: make([]byte, 33<<20)}}
	if _, err := snapshot.Pack(large); !errors.Is(err, snapshot.ErrTooLarge) {
		t.Errorf("33 MiB: want ErrTooLarge, got %v", err)
	}
}

// A case is a snapshot that nobody's Pack wrote.
type hostile struct {
	name    string
	headers []tar.Header
	content string
	want    string
}

func regular(name string) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Format: tar.FormatPAX, PAXRecords: map[string]string{"MINTWRIGHT.owner": "managed"}}
}

func hostiles() []hostile {
	with := func(change func(*tar.Header)) []tar.Header {
		h := regular("a")
		change(&h)
		return []tar.Header{h}
	}
	return []hostile{
		{"escape", []tar.Header{regular("../../etc/passwd")}, "x", "clean path"},
		{"absolute", []tar.Header{regular("/etc/passwd")}, "x", "clean path"},
		{"backslash", []tar.Header{regular(`..\a`)}, "x", "not portable"},
		{"git", []tar.Header{regular(".git/hooks/post-checkout")}, "x", "belongs to git"},
		{"twice", []tar.Header{regular("a"), regular("a")}, "x", "given twice"},
		{"case", []tar.Header{regular("a"), regular("A")}, "x", "by case alone"},
		{"file above a file", []tar.Header{regular("a"), regular("a/b")}, "x", "is a file"},
		{"itself", []tar.Header{regular(snapshot.Path)}, "x", "itself"},
		{"symlink", with(func(h *tar.Header) { h.Typeflag, h.Linkname = tar.TypeSymlink, "/etc" }), "", "not a regular file"},
		{"hard link", with(func(h *tar.Header) { h.Typeflag, h.Linkname = tar.TypeLink, "b" }), "", "not a regular file"},
		{"folder", with(func(h *tar.Header) { h.Typeflag, h.Name = tar.TypeDir, "a/" }), "", "not a regular file"},
		{"device", with(func(h *tar.Header) { h.Typeflag = tar.TypeBlock }), "", "not a regular file"},
		{"pipe", with(func(h *tar.Header) { h.Typeflag = tar.TypeFifo }), "", "not a regular file"},
		{"global header", []tar.Header{{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "x"}}}, "", "not a regular file"},
		{"no owner", with(func(h *tar.Header) { h.PAXRecords = nil }), "x", "owner"},
		{"unknown owner", with(func(h *tar.Header) { h.PAXRecords["MINTWRIGHT.owner"] = "mine" }), "x", `owner "mine"`},
		{"other record", with(func(h *tar.Header) { h.PAXRecords["SCHILY.xattr.user.a"] = "b" }), "x", "unexpected record"},
		{"mode", with(func(h *tar.Header) { h.Mode = 0o600 }), "x", "mode 0600"},
		{"setuid", with(func(h *tar.Header) { h.Mode = 0o4755 }), "x", "mode 04755"},
	}
}

func (h hostile) pack(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	tw := tar.NewWriter(gz)
	for _, header := range h.headers {
		header.Size = int64(len(h.content))
		if err := tw.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(h.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tw.Close(), gz.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpackRefuses(t *testing.T) {
	for _, h := range hostiles() {
		t.Run(h.name, func(t *testing.T) {
			_, err := snapshot.Unpack(h.pack(t))
			if err == nil {
				t.Fatal("want an error, got none")
			}
			if !strings.Contains(err.Error(), h.want) {
				t.Errorf("error: want %q in it, got %q", h.want, err)
			}
		})
	}
}

func TestUnpackRefusesDamage(t *testing.T) {
	packed := hostile{headers: []tar.Header{regular("a")}, content: "hello"}.pack(t)
	if _, err := snapshot.Unpack(packed); err != nil {
		t.Fatalf("undamaged: %v", err)
	}
	flipped := bytes.Clone(packed)
	flipped[len(flipped)-6] ^= 1 // in the checksum
	for name, damaged := range map[string][]byte{
		"empty":         nil,
		"cut off":       packed[:len(packed)/2],
		"no trailer":    packed[:len(packed)-8],
		"checksum":      flipped,
		"after the end": append(bytes.Clone(packed), 'x'),
		"second stream": append(bytes.Clone(packed), packed...),
		"not gzip":      []byte("PK\x03\x04"),
	} {
		if _, err := snapshot.Unpack(damaged); err == nil {
			t.Errorf("%s: want an error, got none", name)
		}
	}
}

// bomb is small and unpacks to 33 MiB.
func bomb(t testing.TB) []byte {
	t.Helper()
	return hostile{headers: []tar.Header{regular("a"), regular("b"), regular("c")}, content: strings.Repeat("\x00", 11<<20)}.pack(t)
}

func TestUnpackRefusesABomb(t *testing.T) {
	if _, err := snapshot.Unpack(bomb(t)); !errors.Is(err, snapshot.ErrTooLarge) {
		t.Errorf("33 MiB: want ErrTooLarge, got %v", err)
	}
	var many []tar.Header
	for range 5_001 {
		many = append(many, regular("a"))
	}
	if _, err := snapshot.Unpack(hostile{headers: many}.pack(t)); !errors.Is(err, snapshot.ErrTooLarge) {
		t.Errorf("5,001 files: want ErrTooLarge, got %v", err)
	}
	if _, err := snapshot.Unpack(make([]byte, 9<<20)); !errors.Is(err, snapshot.ErrTooLarge) {
		t.Errorf("9 MiB packed: want ErrTooLarge, got %v", err)
	}
	// Zeros after the end of the archive count too.
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	for range 33 {
		if _, err := gz.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Unpack(b.Bytes()); !errors.Is(err, snapshot.ErrTooLarge) {
		t.Errorf("33 MiB of padding: want ErrTooLarge, got %v", err)
	}
}

// What Unpack accepts is a tree, and survives being packed.
func FuzzUnpack(f *testing.F) {
	for _, h := range hostiles() {
		f.Add(h.pack(f))
	}
	f.Add(hostile{headers: []tar.Header{regular("a"), regular("b/c")}, content: "x"}.pack(f))
	f.Add(bomb(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		one, err := snapshot.Unpack(data)
		if err != nil {
			return
		}
		if _, err := tree.New(one...); err != nil {
			t.Fatalf("accepted: %v", err)
		}
		packed, err := snapshot.Pack(one)
		if errors.Is(err, snapshot.ErrTooLarge) {
			return // Pack's headers are longer than those of some other writers
		}
		if err != nil {
			t.Fatal(err)
		}
		two, err := snapshot.Unpack(packed)
		if err != nil {
			t.Fatalf("own output: %v", err)
		}
		if !same(one, two) {
			t.Errorf("want %v, got %v", one, two)
		}
	})
}

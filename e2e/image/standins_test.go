//go:build linux

package image

import (
	"archive/tar"
	"crypto/sha256"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
)

// standIn is the name under which the stand-in of a base image is known. On a daemon of our own
// it is the image's own name, so that the Dockerfile is built as it is; on another's it is not.
func (e *engine) standIn(base string) string {
	base, _, _ = strings.Cut(base, "@")
	if e.own {
		return base
	}
	return "mintwright-e2e/" + strings.ReplaceAll(base, "/", "-")
}

// goImage makes the stand-in of a golang image: Go's tree of this machine, a shell, touch, and a
// module proxy in files that has what the modules in the folders need.
func (e *engine) goImage(t *testing.T, base string, folders ...string) {
	t.Helper()
	e.load(t, e.standIn(base), "amd64", imageConfig{Env: []string{
		"PATH=/usr/local/go/bin:/bin", "GOPATH=/go", "GOTOOLCHAIN=local",
		"GOPROXY=file:///goproxy", "GOSUMDB=off", "GOTELEMETRY=off",
	}}, func(w *archive) {
		w.folder("tmp", 0o1777)
		w.folder("root", 0o700)
		w.text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
		w.folder("go", 0o777)
		w.program("/bin/sh", "bin/sh")
		for _, name := range []string{"touch", "mkdir", "chown"} {
			if found, err := exec.LookPath(name); err == nil {
				w.program(found, "bin/"+name)
			}
		}
		root := strings.TrimSpace(goCommand(t, folders[0], "env", "GOROOT"))
		for _, part := range []string{"bin", "lib", "pkg", "src", "VERSION", "go.env"} {
			w.below(filepath.Join(root, part), "usr/local/go/"+part, func(name string) bool {
				return !strings.HasSuffix(name, "_test.go") && !strings.Contains(name, "/testdata")
			})
		}
		cache := strings.TrimSpace(goCommand(t, folders[0], "env", "GOMODCACHE"))
		for _, folder := range folders {
			goCommand(t, folder, "mod", "download")
			w.proxy(filepath.Join(cache, "cache/download"), filepath.Join(folder, "go.sum"))
		}
	})
}

// staticImage makes the stand-in of a distroless static image.
func (e *engine) staticImage(t *testing.T, base, arch string) {
	t.Helper()
	e.load(t, e.standIn(base), arch, imageConfig{User: "65532", WorkingDir: "/home/nonroot", Env: []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
	}}, func(w *archive) {
		w.folder("tmp", 0o1777)
		w.folder("home/nonroot", 0o700)
		w.text("etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n")
		w.text("etc/group", "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n")
		w.text("etc/nsswitch.conf", "hosts: files dns\n")
		w.below("/etc/ssl/certs/ca-certificates.crt", "etc/ssl/certs/ca-certificates.crt", nil)
		w.below("/usr/share/zoneinfo", "usr/share/zoneinfo", func(name string) bool {
			return !strings.Contains(name, "/posix/") && !strings.Contains(name, "/right/")
		})
	})
}

// load makes an image of one layer, which fill writes. (docker import would make it for the
// machine's own architecture, whatever it is told.)
func (e *engine) load(t *testing.T, name, arch string, config imageConfig, fill func(*archive)) {
	t.Helper()
	layer, err := os.Create(filepath.Join(t.TempDir(), "layer.tar"))
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(layer.Name())
	defer layer.Close()
	sum := sha256.New()
	a := &archive{tar: tar.NewWriter(io.MultiWriter(layer, sum)), done: map[string]bool{}}
	fill(a)
	if err := errors.Join(a.err, a.tar.Close()); err != nil {
		t.Fatal(err)
	}
	described, err := json.Marshal(map[string]any{
		"architecture": arch, "os": "linux", "config": config, "created": "1970-01-01T00:00:00Z",
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{fmt.Sprintf("sha256:%x", sum.Sum(nil))}},
	})
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "RepoTags": []string{name}, "Layers": []string{"layer.tar"}}})
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	go func() {
		a := &archive{tar: tar.NewWriter(w), done: map[string]bool{}}
		a.text("manifest.json", string(manifest))
		a.text("config.json", string(described))
		a.file(layer.Name(), "layer.tar")
		_ = w.CloseWithError(errors.Join(a.err, a.tar.Close())) // the reader gets the error
	}()
	if _, err := e.try(r, "load", "--quiet"); err != nil {
		t.Fatal(err)
	}
	if !e.own {
		t.Cleanup(func() { _, _ = e.try(nil, "rmi", "-f", name) })
	}
}

// imageConfig is what an image says of a container.
type imageConfig struct {
	Env        []string
	User       string
	WorkingDir string
}

// archive is a layer that is written; the first error stays.
type archive struct {
	tar  *tar.Writer
	done map[string]bool
	err  error
}

func (a *archive) put(h *tar.Header, content io.Reader) {
	if a.err != nil || a.done[h.Name] {
		return
	}
	a.done[h.Name] = true
	h.ModTime = time.Unix(0, 0)
	if a.err = a.tar.WriteHeader(h); a.err == nil && content != nil {
		_, a.err = io.Copy(a.tar, content)
	}
}

func (a *archive) folder(name string, mode int64) {
	a.put(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode}, nil)
}

func (a *archive) text(name, content string) {
	a.put(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}, strings.NewReader(content))
}

func (a *archive) script(name, content string) {
	a.put(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}, strings.NewReader(content))
}

// file copies a file of the machine, links followed.
func (a *archive) file(from, to string) {
	if a.err != nil {
		return
	}
	f, err := os.Open(from)
	if err != nil {
		a.err = err
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		a.err = err
		return
	}
	a.put(&tar.Header{Name: to, Mode: int64(info.Mode().Perm()), Size: info.Size()}, f)
}

// below copies a file, or all files of a folder whose names are wanted.
func (a *archive) below(from, to string, wanted func(name string) bool) {
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || wanted != nil && !wanted(name) {
			return err
		}
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			a.file(name, path.Join(to, filepath.ToSlash(strings.TrimPrefix(name, from))))
		}
		return a.err
	})
	if a.err == nil && !errors.Is(err, fs.ErrNotExist) {
		a.err = err
	}
}

// program copies a program and the shared libraries that it needs.
func (a *archive) program(from, to string) {
	a.file(from, to)
	f, err := elf.Open(from)
	if err != nil {
		a.err = errors.Join(a.err, err)
		return
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			name, err := io.ReadAll(p.Open())
			if err != nil {
				a.err = errors.Join(a.err, err)
				return
			}
			linker := strings.TrimRight(string(name), "\x00")
			a.file(linker, strings.TrimPrefix(linker, "/"))
		}
	}
	libraries, err := f.ImportedLibraries()
	if err != nil {
		return // static
	}
	for _, library := range libraries {
		a.library(library)
	}
}

func (a *archive) library(name string) {
	for _, folder := range []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"} {
		if from := filepath.Join(folder, name); regular(from) {
			if to := strings.TrimPrefix(from, "/"); !a.done[to] {
				a.program(from, to)
			}
			return
		}
	}
	a.err = errors.Join(a.err, fmt.Errorf("no library %s", name))
}

func regular(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// proxy copies from a module cache what a go.sum names: a proxy in files has the same form.
func (a *archive) proxy(cache, gosum string) {
	content, err := os.ReadFile(gosum)
	if err != nil {
		a.err = errors.Join(a.err, err)
		return
	}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		folder, err1 := module.EscapePath(fields[0])
		version, err2 := module.EscapeVersion(strings.TrimSuffix(fields[1], "/go.mod"))
		if a.err = errors.Join(a.err, err1, err2); a.err != nil {
			return
		}
		extensions := []string{".info", ".mod", ".zip"}
		if strings.HasSuffix(fields[1], "/go.mod") {
			extensions = extensions[1:2]
		}
		for _, extension := range extensions {
			name := path.Join(folder, "@v", version+extension)
			if from := filepath.Join(cache, name); regular(from) {
				a.file(from, "goproxy/"+name)
			}
		}
	}
}

// goCommand runs go in the module of a folder.
func goCommand(t *testing.T, folder string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w\n%s", err, exit.Stderr)
		}
		t.Fatalf("go %s in %s: %v", strings.Join(args, " "), folder, err)
	}
	return string(out)
}

// bases returns the base images that a Dockerfile names, in their order.
func bases(t *testing.T, dockerfile string) (list []string) {
	t.Helper()
	content, err := os.ReadFile(dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "FROM" {
			continue
		}
		i := slices.IndexFunc(fields[1:], func(word string) bool { return !strings.HasPrefix(word, "--") })
		if image := fields[1+i]; strings.ContainsAny(image, ":/") {
			list = append(list, image)
		}
	}
	return list
}

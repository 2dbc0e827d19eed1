//go:build linux

package image

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// asPodinfo builds a service in the way of podinfo's Dockerfile (6.14): all is copied at once,
// nothing is kept between builds, -a compiles everything, and the program gets a base with a
// shell, a package manager and curl.
const asPodinfo = `FROM golang:1.26-alpine AS builder
WORKDIR /build
COPY . .
RUN go mod download
RUN CGO_ENABLED=0 go build -ldflags "-s -w" -a -o bin/orders ./cmd/orders
FROM alpine:3.24
RUN addgroup -S app && adduser -S -G app app && apk --no-cache add ca-certificates curl netcat-openbsd
WORKDIR /home/app
COPY --from=builder /build/bin/orders .
RUN chown -R app:app ./
USER app
CMD ["./orders"]
`

// TestBenchmark measures builds, each from nothing, again, and after a change of one file: BENCH=1.
// PODINFO names a checkout of podinfo, whose own Dockerfile is then measured too.
func TestBenchmark(t *testing.T) {
	if os.Getenv("BENCH") == "" {
		t.Skip("it measures and proves nothing: BENCH=1 make e2e-image")
	}
	e := newEngine(t)
	if !e.own {
		t.Skip("it empties the builder's cache, which is not ours here")
	}
	ours, theirs := emitted(t, e, "golden/http"), emitted(t, e, "golden/http")
	for name, content := range map[string]string{"Dockerfile": asPodinfo, ".dockerignore": ""} {
		if err := os.WriteFile(filepath.Join(theirs.folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	subjects := []subject{
		{"the emitted Dockerfile", ours.folder, "internal/app/app.go"},
		{"the same service, as podinfo does it", theirs.folder, "internal/app/app.go"},
	}
	folders := []string{ours.folder}
	if from := os.Getenv("PODINFO"); from != "" {
		folder := filepath.Join(t.TempDir(), "podinfo")
		if err := os.CopyFS(folder, onlyFiles{os.DirFS(from)}); err != nil {
			t.Fatal(err)
		}
		folders = append(folders, folder)
		subjects = append(subjects, subject{"podinfo and podcli, by its own Dockerfile", folder, "cmd/podinfo/main.go"})
	}
	list := bases(t, filepath.Join(ours.folder, "Dockerfile"))
	e.goImage(t, list[0], folders...)
	e.goImage(t, "golang:1.26-alpine", folders...)
	e.staticImage(t, list[1], "amd64")
	e.alpineImage(t)

	rows := []string{
		"| | on the base, MB | layers on the base | from nothing, s | again, s | after a change, s |",
		"| --- | ---: | ---: | ---: | ---: | ---: |",
	}
	for _, s := range subjects {
		row := s.measure(t, e)
		t.Log(row)
		rows = append(rows, row)
	}
	t.Logf("processor time of the build's containers, and in brackets the time it took; load average %s\n%s", loadAverage(), strings.Join(rows, "\n"))
}

// onlyFiles is a file system without .git.
type onlyFiles struct{ fs.FS }

func (f onlyFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(f.FS, name)
	kept := list[:0]
	for _, e := range list {
		if e.Name() != ".git" {
			kept = append(kept, e)
		}
	}
	return kept, err
}

// subject is what is built, and a Go file of its program.
type subject struct{ name, folder, source string }

// measure returns a row of the table.
func (s subject) measure(t *testing.T, e *engine) string {
	t.Helper()
	const tag = "mintwright-e2e/bench"
	build := func() string {
		begin := time.Now()
		before, _ := e.cpu()
		e.run(t, "build", "--network=none", "-t", tag, s.folder)
		after, _ := e.cpu()
		return fmt.Sprintf("%.1f (%.1f)", (after - before).Seconds(), time.Since(begin).Seconds())
	}
	e.run(t, "builder", "prune", "--all", "--force")
	cold, again := build(), build()
	f, err := os.OpenFile(filepath.Join(s.folder, s.source), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString("\nconst aChange = 1\n")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	changed := build()
	list := bases(t, filepath.Join(s.folder, "Dockerfile"))
	size := func(object string) float64 {
		n, err := strconv.Atoi(e.format(t, "{{.Size}}", object))
		if err != nil {
			t.Fatal(err)
		}
		return float64(n) / 1e6
	}
	count := func(object string) int {
		return len(strings.Fields(e.format(t, "{{range .RootFS.Layers}}{{.}} {{end}}", object)))
	}
	base := list[len(list)-1]
	return fmt.Sprintf("| %s | %.1f | %d | %s | %s | %s |", s.name, size(tag)-size(base), count(tag)-count(base), cold, again, changed)
}

// alpineImage makes a stand-in of alpine, in which apk adds nothing.
func (e *engine) alpineImage(t *testing.T) {
	t.Helper()
	e.load(t, "alpine:3.24", "amd64", imageConfig{Env: []string{"PATH=/bin"}}, func(w *archive) {
		w.folder("tmp", 0o1777)
		w.program("/bin/sh", "bin/sh")
		w.program("/bin/chown", "bin/chown")
		w.text("etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:100:101::/home/app:/sbin/nologin\n")
		w.text("etc/group", "root:x:0:\napp:x:101:\n")
		for _, name := range []string{"addgroup", "adduser", "apk"} {
			w.script("bin/"+name, "#!/bin/sh\nexit 0\n")
		}
	})
}

func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

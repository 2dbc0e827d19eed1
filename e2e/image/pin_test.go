package image

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/e2e/services"
)

// TestPin runs `make pin` with programs that answer as those that ask registries do.
func TestPin(t *testing.T) {
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	const answer = "#!/bin/sh\necho " + digest + "\n"
	for name, programs := range map[string]map[string]string{
		"docker": {"docker": `#!/bin/sh
test "$1" = buildx && { test "$2" = version || test "$2 $3 $4 $5" = "imagetools inspect --format {{.Manifest.Digest}}"; } && echo ` + digest + "\n"},
		"crane":  {"docker": "#!/bin/sh\nexit 1\n", "crane": answer},
		"skopeo": {"skopeo": answer},
	} {
		t.Run(name, func(t *testing.T) {
			folder := pinned(t)
			before := read(t, folder)
			out, err := pin(t, folder, programs)
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			after := read(t, folder)
			want := strings.NewReplacer("golang:1.26 AS", "golang:1.26@"+digest+" AS", ":nonroot AS", ":nonroot@"+digest+" AS").Replace(before)
			if after != want || after == before {
				t.Errorf("want\n%s\ngot\n%s", want, after)
			}
			// Again, with the digests that are there.
			other := strings.Replace(digest, "0123", "4567", 1)
			for name, text := range programs {
				programs[name] = strings.ReplaceAll(text, digest, other)
			}
			if out, err := pin(t, folder, programs); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got := read(t, folder); got != strings.ReplaceAll(want, digest, other) {
				t.Errorf("a second time\n%s", got)
			}
		})
	}
	for name, test := range map[string]struct {
		programs map[string]string
		want     string
	}{
		"nothing to ask with": {nil, "make pin: it needs docker buildx, crane or skopeo"},
		"an odd answer":       {map[string]string{"crane": "#!/bin/sh\necho gone\n"}, "make pin: golang:1.26 has no digest: gone"},
		"no answer":           {map[string]string{"crane": "#!/bin/sh\necho unauthorized >&2\nexit 1\n"}, "unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := pinned(t)
			before := read(t, folder)
			out, err := pin(t, folder, test.programs)
			if err == nil || !strings.Contains(out, test.want) {
				t.Errorf("%v, want %q in\n%s", err, test.want, out)
			}
			if read(t, folder) != before {
				t.Error("the Dockerfile has changed")
			}
		})
	}
}

// pinned is a folder with what `make pin` reads.
func pinned(t *testing.T) string {
	t.Helper()
	s, folder := services.Named(t, "golden/http"), t.TempDir()
	for _, name := range []string{"Dockerfile", "Makefile"} {
		if err := os.WriteFile(filepath.Join(folder, name), s.Read(t, name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func read(t *testing.T, folder string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// pin runs `make pin` with these programs and what a shell needs, and nothing else.
func pin(t *testing.T, folder string, programs map[string]string) (string, error) {
	t.Helper()
	bin := t.TempDir()
	for _, name := range []string{"sh", "awk", "grep", "cat", "rm", "echo", "git"} {
		if found, err := exec.LookPath(name); err == nil {
			if err := os.Symlink(found, filepath.Join(bin, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, text := range programs {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("make", "pin")
	cmd.Dir, cmd.Env = folder, []string{"PATH=" + bin}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

package proto

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The tests here let protoc and buf make Go with the same plugins, and compare byte by byte. They
// need those programs on the PATH, and protoc's own files below /usr/include, as Debian has them;
// PROTO_ORACLE=1 asks for them. What they print is in docs/evidence/proto.md.

// examplesVersion is the release of gRPC's own examples.
const examplesVersion = "v0.0.0-20260825154716-030ee8becb20"

// compiler is a program that hands files to plugins.
type other struct {
	name string
	// run makes the Go of the named files of src in out, and returns what it says when it fails.
	run func(t *testing.T, p plugins, src, out string, names []string) string
	// edit takes away what it says of its version.
	edit func(made string) string
}

func oracle(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("PROTO_ORACLE") == "" {
		t.Skip("set PROTO_ORACLE=1 to compare with " + program)
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Fatal(err)
	}
	version, err := exec.Command(program, "--version").CombinedOutput()
	t.Logf("%s: %s, %v", program, bytes.TrimSpace(version), err)
}

func TestProtocOracle(t *testing.T) {
	oracle(t, "protoc")
	compareAll(t, protoc(), map[string]int{"well-known types": 11, "corpus": 11, "protobuf": 62, "grpc": 10, "grpc examples": 2})
}

func protoc() other {
	version := regexp.MustCompile(`(?m)^(// (?:\tprotoc        |- protoc             ))v.*$`)
	return other{
		name: "protoc",
		run: func(t *testing.T, p plugins, src, out string, names []string) string {
			t.Helper()
			args := []string{
				"--plugin=" + filepath.Join(p.dir, "protoc-gen-go"), "--plugin=" + filepath.Join(p.dir, "protoc-gen-go-grpc"),
				"--go_out=paths=source_relative:" + out, "--go-grpc_out=paths=source_relative:" + out, "-I", src, "-I", "/usr/include",
			}
			said, err := exec.Command("protoc", append(args, names...)...).CombinedOutput()
			return failure(said, err)
		},
		edit: func(made string) string { return version.ReplaceAllString(made, "${1}(unknown)") },
	}
}

func TestBufOracle(t *testing.T) {
	oracle(t, "buf")
	compareAll(t, other{
		name: "buf",
		run: func(t *testing.T, p plugins, src, out string, names []string) string {
			template := map[string]any{"version": "v2", "plugins": []any{
				map[string]any{"local": filepath.Join(p.dir, "protoc-gen-go"), "out": out, "opt": "paths=source_relative"},
				map[string]any{"local": filepath.Join(p.dir, "protoc-gen-go-grpc"), "out": out, "opt": "paths=source_relative"},
			}}
			text, err := json.Marshal(template)
			if err != nil {
				t.Fatal(err)
			}
			// Only what is needed: buf compiles all that it finds.
			dir := t.TempDir()
			copyNeeded(t, src, dir, names)
			args := []string{"generate", "--template", string(text), dir}
			for _, n := range names {
				args = append(args, "--path", filepath.Join(dir, n))
			}
			cmd := exec.Command("buf", args...)
			cmd.Dir = dir
			said, err := cmd.CombinedOutput()
			return failure(said, err)
		},
		edit: func(made string) string { return made },
	}, map[string]int{"well-known types": 11, "corpus": 15, "protobuf": 105, "grpc": 10, "grpc examples": 3})
}

func failure(said []byte, err error) string {
	if err == nil {
		return ""
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(said)), "\n")
	return err.Error() + ": " + line
}

// copyNeeded copies the files and what they import.
func copyNeeded(t *testing.T, src, dir string, names []string) {
	t.Helper()
	set, err := Descriptors(os.DirFS(src), names...)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range set.GetFile() {
		if text, err := os.ReadFile(filepath.Join(src, f.GetName())); err == nil {
			put(t, filepath.Join(dir, f.GetName()), text)
		}
	}
}

// compareAll compares each file of each source that both can compile; least are the files that
// have to be compared.
func compareAll(t *testing.T, c other, least map[string]int) {
	t.Helper()
	official := newPlugins(t)
	for _, s := range []struct{ about, dir string }{
		{"well-known types", "/usr/include"},
		{"corpus", "testdata/corpus"},
		{"protobuf", moduleDir(t, "google.golang.org/protobuf")},
		{"grpc", moduleDir(t, "google.golang.org/grpc")},
		{"grpc examples", download(t, "google.golang.org/grpc/examples@"+examplesVersion)},
	} {
		src, err := filepath.Abs(s.dir)
		if err != nil {
			t.Fatal(err)
		}
		compared, outputs := 0, 0
		for _, name := range protoFiles(t, os.DirFS(src)) {
			if s.about == "well-known types" && !strings.HasPrefix(name, "google/protobuf/") {
				continue
			}
			files, err := Generate(os.DirFS(src), Options{}, name)
			if err != nil {
				t.Logf("%s: %s is left out: %v", s.about, name, Faults(err)[0])
				continue
			}
			out := t.TempDir()
			if said := c.run(t, official, src, out, []string{name}); said != "" {
				t.Logf("%s: %s is left out, %s refuses it: %s", s.about, name, c.name, strings.ReplaceAll(said, src, ""))
				continue
			}
			got := map[string]string{}
			for _, f := range files {
				got[f.Path] = string(f.Content)
			}
			want := contentsOf(t, out, c.edit)
			switch diff := cmp.Diff(want, got); {
			case diff != "" && c.name != "protoc" && isOfProtoc(t, official, src, name, got):
				t.Logf("%s: %s: %s differs from protoc, and what is made here does not", s.about, name, c.name)
				continue
			case diff != "":
				t.Errorf("%s: %s: -want +got:\n%.2000s", s.about, name, diff)
			}
			compared++
			outputs += len(want)
		}
		t.Logf("%s: %d .proto files, %d Go files, equal to those of %s", s.about, compared, outputs, c.name)
		if compared < least[s.about] {
			t.Errorf("%s: %d files compared, want %d", s.about, compared, least[s.about])
		}
	}
}

// isOfProtoc reports whether protoc makes the same, here or for the authors of the module.
func isOfProtoc(t *testing.T, p plugins, src, name string, made map[string]string) bool {
	t.Helper()
	if isCommitted(src, made) {
		return true
	}
	out, c := t.TempDir(), protoc()
	return c.run(t, p, src, out, []string{name}) == "" && cmp.Equal(contentsOf(t, out, c.edit), made)
}

// isCommitted reports whether files are what the module itself holds, made by protoc, apart from
// the lines of versions, which its authors leave out.
func isCommitted(src string, made map[string]string) bool {
	for name, content := range made {
		committed, err := os.ReadFile(filepath.Join(src, name))
		if err != nil || withoutVersions(string(committed)) != withoutVersions(content) {
			return false
		}
	}
	return true
}

// withoutVersions is generated Go without what it says and checks of versions.
func withoutVersions(text string) string {
	versions := regexp.MustCompile(`(?m)^// (versions:|(\t|- )protoc.*)\n|^const \(\n\t// Verify that this(.*\n){5}\n`)
	return versions.ReplaceAllString(text, "")
}

func contentsOf(t *testing.T, dir string, edit func(string) string) map[string]string {
	t.Helper()
	made := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		made[path.Clean(name)] = edit(string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func moduleDir(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// download lets go bring a module, unless it has it.
func download(t *testing.T, module string) string {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	return m.Dir
}

// realPlugins are those that TestRealPlugins runs, with what of their parameters is needed.
var realPlugins = [...]struct{ tool, module, flag string }{
	{"github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-grpc-gateway", "github.com/grpc-ecosystem/grpc-gateway/v2@v2.31.0", "grpc-gateway:allow_delete_body=true"},
	{"connectrpc.com/connect/cmd/protoc-gen-connect-go", "connectrpc.com/connect@v1.19.1", "connect-go"},
	{"github.com/planetscale/vtprotobuf/cmd/protoc-gen-go-vtproto", "github.com/planetscale/vtprotobuf@v0.6.1-0.20240319094008-0393e58bdf10", "go-vtproto:features=marshal+unmarshal+size"},
}

// Plugins that many use, as tools of a module whose go.mod go itself makes: they are compiled, so
// PROTO_ORACLE=1 asks for this too. What is made compiles.
func TestRealPlugins(t *testing.T) {
	if os.Getenv("PROTO_ORACLE") == "" {
		t.Skip("set PROTO_ORACLE=1 to compile and run plugins")
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.26\n"))
	put(t, filepath.Join(dir, "tools.mod"), []byte("module example.com/m\n\ngo 1.26\n"))
	environ := append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	goRun := func(args ...string) {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, environ
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	goRun("get", "google.golang.org/genproto/googleapis/api/annotations", "google.golang.org/grpc", "google.golang.org/protobuf/proto")
	put(t, filepath.Join(dir, "a/v1/a.proto"), []byte(head+`import "google/api/annotations.proto";
message A { string id = 1; optional string note = 2; }
service S { rpc R(A) returns (A) { option (google.api.http) = {delete: "/a/{id}" body: "*"}; } }
`))
	c := Choices{ModFile: filepath.Join(dir, "tools.mod")}
	for _, p := range realPlugins {
		_, version, _ := strings.Cut(p.module, "@")
		goRun("get", "-modfile=tools.mod", "-tool", p.tool+"@"+version)
		c.Plugins = append(c.Plugins, p.flag)
	}
	made, err := Make(t.Context(), Site{Dir: dir, Environ: environ}, c, "a/v1")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range made[0].Files {
		names = append(names, f.Path)
		put(t, filepath.Join(made[0].Dir, f.Path), f.Content)
	}
	want := []string{"a/v1/a.pb.go", "a/v1/a.pb.gw.go", "a/v1/a_grpc.pb.go", "a/v1/a_vtproto.pb.go", "a/v1/av1connect/a.connect.go"}
	slices.Sort(names)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
	goRun("mod", "tidy")
	goRun("vet", "./...")

	// One that makes what cannot be marked is refused.
	c.Plugins = []string{"openapiv2:paths=,allow_delete_body=true"}
	goRun("get", "-modfile=tools.mod", "-tool", "github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-openapiv2@v2.31.0")
	if _, err := Make(t.Context(), Site{Dir: dir, Environ: environ}, c, "a/v1"); err == nil || !strings.Contains(err.Error(), "a.swagger.json without a line") {
		t.Errorf("openapiv2: got %v", err)
	}
}

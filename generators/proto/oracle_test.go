package proto

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/pluginpb"
)

// plugins are the official ones, in a folder.
type plugins struct{ dir string }

// newPlugins builds them from their modules.
func newPlugins(t *testing.T) plugins {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the plugins")
	}
	p := plugins{dir: t.TempDir()}
	for _, args := range [][]string{
		{"build", "-o", p.dir, "google.golang.org/protobuf/cmd/protoc-gen-go"},
		{"build", "-modfile=tools.mod", "-o", p.dir, "google.golang.org/grpc/cmd/protoc-gen-go-grpc"},
	} {
		cmd := exec.Command("go", args...)
		cmd.Dir = filepath.Join("..", "..")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("building a plugin: %v\n%s", err, out)
		}
	}
	return p
}

// run returns what the plugins make of a request.
func (p plugins) run(t *testing.T, req *pluginpb.CodeGeneratorRequest) map[string]string {
	t.Helper()
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]string{}
	for _, name := range []string{"protoc-gen-go", "protoc-gen-go-grpc"} {
		cmd := exec.Command(filepath.Join(p.dir, name))
		cmd.Stdin = bytes.NewReader(wire)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, &stderr)
		}
		var answer pluginpb.CodeGeneratorResponse
		if err := proto.Unmarshal(out, &answer); err != nil {
			t.Fatal(err)
		}
		if answer.Error != nil {
			t.Fatalf("%s refuses what we make: %s", name, answer.GetError())
		}
		for _, f := range answer.GetFile() {
			made[f.GetName()] = f.GetContent()
		}
	}
	return made
}

// check compares what is made of the files with what the official plugins make.
func (p plugins) check(t *testing.T, src fs.FS, names ...string) {
	t.Helper()
	files, err := Generate(src, Options{}, names...)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range files {
		got[f.Path] = string(f.Content)
	}
	req, err := newCompiler(reader(src)).request(job{names: names})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p.run(t, req), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func protoFiles(t *testing.T, src fs.FS) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".proto") {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// The pin of the plugin and the version in the headers are one.
func TestPinnedPlugin(t *testing.T) {
	pins, err := os.ReadFile("../../tools.mod")
	if err != nil {
		t.Fatal(err)
	}
	if want := "google.golang.org/grpc/cmd/protoc-gen-go-grpc " + grpcPlugin + " "; !strings.Contains(string(pins), want) {
		t.Errorf("tools.mod does not pin %q", want)
	}
}

// Each file of the corpus gives what the official plugins give: alone, and with the others
// of its folder.
func TestOfficialPlugins(t *testing.T) {
	official := newPlugins(t)
	src := os.DirFS("testdata/corpus")
	folders := map[string][]string{}
	for _, name := range protoFiles(t, src) {
		t.Run(name, func(t *testing.T) { official.check(t, src, name) })
		folders[path.Dir(name)] = append(folders[path.Dir(name)], name)
	}
	t.Run("shapes", func(t *testing.T) { official.check(t, src, folders["shapes/v1"]...) })
}

// So does each .proto file in the modules of protobuf and gRPC that can be compiled.
func TestOfficialCorpus(t *testing.T) {
	official := newPlugins(t)
	for module, least := range map[string]int{"google.golang.org/protobuf": 60, "google.golang.org/grpc": 10} {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil {
			t.Fatal(err)
		}
		src := os.DirFS(strings.TrimSpace(string(out)))
		compared := 0
		for _, name := range protoFiles(t, src) {
			t.Run(name, func(t *testing.T) {
				if _, err := Generate(src, Options{}, name); err != nil {
					t.Skip(err)
				}
				official.check(t, src, name)
				compared++
			})
		}
		t.Logf("%s: %d files compared", module, compared)
		if compared < least {
			t.Errorf("%s: only %d files compared", module, compared)
		}
	}
}

// What gRPC committed, made by protoc itself and the plugins at our versions, differs only
// where the header names protoc.
func TestProtoc(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/grpc").Output()
	if err != nil {
		t.Fatal(err)
	}
	src := os.DirFS(strings.TrimSpace(string(out)))
	protoc := regexp.MustCompile(`(?m)^(// (\tprotoc        |- protoc             ))v.*$`)
	compared := 0
	for _, name := range protoFiles(t, src) {
		files, err := Generate(src, Options{}, name)
		if err != nil {
			t.Error(err)
		}
		for _, f := range files {
			committed, err := fs.ReadFile(src, f.Path)
			if err != nil || strings.Contains(string(committed), "should embed Unimplemented") {
				continue // not committed, or made with require_unimplemented_servers=false
			}
			want := protoc.ReplaceAllString(string(committed), "${1}(unknown)")
			if diff := cmp.Diff(want, string(f.Content)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", f.Path, diff)
			}
			compared++
		}
	}
	if compared < 9 {
		t.Errorf("only %d files compared", compared)
	}
}

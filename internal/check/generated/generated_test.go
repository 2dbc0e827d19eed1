package generated

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

func TestArea(t *testing.T) {
	fresh := checktest.Service(t, checktest.Answers(t, checktest.Full()...))
	const dir = "proto/payments/v1/"
	crlf := func(name string) *check.Service {
		content, err := fresh.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		return checktest.Edit(t, fresh, name, bytes.ReplaceAll(content, []byte("\n"), []byte("\r\n")))
	}
	noGenerate := checktest.Edit(t, fresh, dir+"generate.go", []byte("package paymentsv1\n"))
	for name, tt := range map[string]struct {
		service *check.Service
		want    []string
		skipped string
	}{
		"fresh": {fresh, nil, ""},
		"a contract grew": {
			checktest.Append(t, fresh, dir+"greetings.proto", "message More { string text = 1; }\n"),
			[]string{"generated.proto-stale " + dir + "greetings.pb.go: it is not what gen proto makes of greetings.proto"},
			"",
		},
		"Go edited by hand": {
			checktest.Append(t, fresh, dir+"greetings_grpc.pb.go", "// mine\n"),
			[]string{"generated.proto-stale " + dir + "greetings_grpc.pb.go: it is not what gen proto makes of greetings.proto"},
			"",
		},
		"Go not made": {checktest.Edit(t, fresh, dir+"peers.pb.go", nil), []string{"generated.proto-stale " + dir + "peers.pb.go: it was not made yet"}, ""},
		"a contract removed": {
			checktest.Edit(t, fresh, dir+"peers.proto", nil),
			[]string{
				"generated.proto-orphan " + dir + "peers.pb.go: there is no peers.proto",
				"generated.proto-orphan " + dir + "peers_grpc.pb.go: there is no peers.proto",
			},
			"",
		},
		"a contract broken": {
			checktest.Append(t, fresh, dir+"peers.proto", "message {\n"),
			nil, "",
		},
		"another system's line ends": {crlf(dir + "greetings.pb.go"), nil, ""},
		"made by another compiler":   {checktest.Append(t, noGenerate, dir+"greetings.proto", "message More {}\n"), nil, ""},
		"with arguments":             {checktest.Edit(t, fresh, dir+"generate.go", []byte("package paymentsv1\n\n//go:generate gen proto --root .\n")), nil, "its go:generate gives gen proto arguments (--root .); run gen proto --check with them"},
		"no go.mod":                  {checktest.Edit(t, fresh, "go.mod", nil), nil, "there is no go.mod in the service"},
		"a go.mod without a module":  {checktest.Edit(t, fresh, "go.mod", []byte("go 1.26\n")), nil, "go.mod names no module"},
		"the schema edited": {
			checktest.Edit(t, fresh, schema, []byte("{}")),
			[]string{"generated.schema-stale .mintwright/schema.json: it is not the schema of this gen's mintwright.yaml"},
			"",
		},
		"the schema of another gen": {
			checktest.Edit(t, checktest.Replace(t, fresh, "mintwright.lock", checktest.Release, "v0.3.0"), schema, []byte("{}")),
			nil, "another gen wrote it; the area lock compares it with the lock",
		},
	} {
		t.Run(name, func(t *testing.T) {
			results, unchecked := checktest.Judge(t, Area(), tt.service)
			got := checktest.Lines(results)
			if name == "a contract broken" {
				if len(got) != 1 || !strings.HasPrefix(got[0], "generated.proto-invalid "+dir+"peers.proto:") || results[0].Remedy == "" {
					t.Errorf("got %q", got)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			skipped := ""
			if len(unchecked) > 0 {
				skipped = unchecked[0].Why
			}
			if skipped != tt.skipped {
				t.Errorf("unchecked: want %q, got %q", tt.skipped, skipped)
			}
		})
	}
}

// Imports start where gen proto has them start, also in a module below the service.
func TestRoots(t *testing.T) {
	const generate, contract = "package p\n\n//go:generate gen proto\n", "syntax = \"proto3\";\npackage p;\noption go_package = \"%\";\n"
	for dir, goPackage := range map[string]string{".": "example.com/x;p", "api": "example.com/x/api;p", "sub/proto/a/v1": "example.com/sub/proto/a/v1;v1"} {
		s := &check.Service{FS: fstest.MapFS{
			"go.mod": {Data: []byte("module example.com/x\n")}, "sub/go.mod": {Data: []byte("module example.com/sub\n")},
			dir + "/generate.go": {Data: []byte(generate)},
			dir + "/p.proto":     {Data: []byte(strings.ReplaceAll(contract, "%", goPackage))},
		}}
		if dir == "." {
			s.FS = fstest.MapFS{"go.mod": {Data: []byte("module example.com/x\n")}, "generate.go": {Data: []byte(generate)}, "p.proto": {Data: []byte(strings.ReplaceAll(contract, "%", goPackage))}}
		}
		results, unchecked := checktest.Judge(t, Area(), s)
		if got := checktest.Lines(results); len(got) != 1 || !strings.HasSuffix(got[0], "p.pb.go: it was not made yet") {
			t.Errorf("%s: %q, %+v", dir, got, unchecked)
		}
	}
}

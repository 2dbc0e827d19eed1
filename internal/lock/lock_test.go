package lock_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/lock"
	"github.com/mintwright/mintwright/internal/tree"
)

const (
	blueprint = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	emptySum  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// small is the format: a change here is a change of the promise.
const small = `{
  "format": 1,
  "gen": "v0.1.0",
  "blueprint": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "files": [
    {"path": "Makefile", "owner": "yours", "mode": "0644", "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"path": "run.sh", "owner": "managed", "mode": "0755", "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
  ]
}
`

func smallTree(t *testing.T) tree.Tree {
	t.Helper()
	files, err := tree.New(
		tree.File{Path: "run.sh", Mode: 0o755, Owner: tree.Managed},
		tree.File{Path: "Makefile", Mode: 0o644, Owner: tree.Yours},
		tree.File{Path: lock.Path, Mode: 0o644, Owner: tree.Generated, Content: []byte("old")},
	)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestEncode(t *testing.T) {
	if got := string(lock.Of(smallTree(t), "v0.1.0", blueprint).Encode()); got != small {
		t.Errorf("want\n%s\ngot\n%s", small, got)
	}
}

func TestParseReadsWhatEncodeWrote(t *testing.T) {
	want := lock.Of(smallTree(t), "v0.1.0", blueprint)
	got, err := lock.Parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("want %+v, got %+v", want, got)
	}
	if e, found := got.Lookup("run.sh"); !found || e.Mode != 0o755 || e.SHA256 != emptySum {
		t.Errorf("Lookup(run.sh) = %+v, %v", e, found)
	}
	if _, found := got.Lookup("absent"); found {
		t.Error("Lookup found what is not there")
	}
}

func TestParseTakesWhatAMergeLeaves(t *testing.T) {
	lines := strings.Split(small, "\n")
	lines[5], lines[6] = strings.TrimSuffix(lines[6], ",")+",", strings.TrimSuffix(lines[5], ",")
	got, err := lock.Parse([]byte(strings.Join(lines, "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Encode()) != small {
		t.Errorf("want\n%s\ngot\n%s", small, got.Encode())
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"unknown key", `"gen"`, `"made": 1, "gen"`, "unknown field"},
		{"format zero", `"format": 1`, `"format": 0`, "format 0"},
		{"no gen", `"v0.1.0"`, `""`, "gen is missing"},
		{"blueprint", `"sha256:aaaa`, `"md5:aaaa`, "is not a sha256"},
		{"escape", `"Makefile"`, `"../Makefile"`, "clean path"},
		{"absolute", `"Makefile"`, `"/Makefile"`, "clean path"},
		{"owner", `"yours"`, `"theirs"`, `owner "theirs"`},
		{"mode", `"0644"`, `"0600"`, "mode 0600"},
		{"setuid", `"0755"`, `"4755"`, "mode 04755"},
		{"mode as a number", `"0644"`, `420`, "mode"},
		{"mode with a sign", `"0644"`, `"+644"`, `mode "+644"`},
		{"hash", emptySum, strings.ToUpper(emptySum), "is not a sha256"},
		{"short hash", emptySum, "e3b0", "is not a sha256"},
		{"twice", `"run.sh"`, `"Makefile"`, "listed twice"},
		{"after the end", "]\n}", "]\n}{}", "after"},
		{"cut off", "]\n}", "]", "unexpected"},
		{"conflict", "  \"gen\"", "<<<<<<< ours\n  \"gen\"", "conflict markers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := lock.Parse([]byte(strings.Replace(small, c.old, c.new, 1)))
			if err == nil {
				t.Fatal("want an error, got none")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error: want %q in it, got %q", c.want, err)
			}
		})
	}
}

func TestParseOfANewerFormat(t *testing.T) {
	_, err := lock.Parse([]byte(`{"format": 2, "things": {}}`))
	if !errors.Is(err, lock.ErrNewer) {
		t.Errorf("want ErrNewer, got %v", err)
	}
}

func TestParseRefusesAFlood(t *testing.T) {
	if _, err := lock.Parse(bytes.Repeat([]byte(" "), 9<<20)); err == nil {
		t.Error("want an error, got none")
	}
}

// What Parse accepts, Encode writes so that Parse reads the same again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(strings.ReplaceAll(small, "\n", "\r\n")))
	f.Add([]byte(`{"format":1,"gen":"\u2028","blueprint":"` + blueprint + `"}`))
	f.Add([]byte(`{"format":1,"FORMAT":1,"gen":"a","gen":"b","blueprint":"` + blueprint + `","files":null}`))
	f.Add([]byte(`{"format":2}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		one, err := lock.Parse(data)
		if err != nil {
			return
		}
		for _, e := range one.Files {
			if err := tree.CheckPath(e.Path); err != nil {
				t.Errorf("accepted: %v", err)
			}
		}
		two, err := lock.Parse(one.Encode())
		if err != nil {
			t.Fatalf("own output: %v\n%s", err, one.Encode())
		}
		if !reflect.DeepEqual(one, two) {
			t.Errorf("want %+v, got %+v", one, two)
		}
	})
}

package lock

import (
	"bytes"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
	"github.com/mintwright/mintwright/internal/lock"
)

func TestArea(t *testing.T) {
	fresh := checktest.Service(t, checktest.Answers(t, checktest.Full()...))
	content := func(name string) []byte {
		text, err := fresh.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	edit := func(name, text string) *check.Service { return checktest.Edit(t, fresh, name, []byte(text)) }
	remove := func(name string) *check.Service { return checktest.Edit(t, fresh, name, nil) }
	for name, tt := range map[string]struct {
		service *check.Service
		want    []string
	}{
		"fresh":                         {fresh, nil},
		"yours changed":                 {edit("README.md", "mine"), nil},
		"yours removed":                 {remove("README.md"), nil},
		"managed changed":               {edit("internal/app/app.go", "package app\n"), []string{"lock.edited internal/app/app.go: changed since gen wrote it"}},
		"managed removed":               {remove("internal/app/app.go"), []string{"lock.removed internal/app/app.go: removed since gen wrote it"}},
		"another system's line ends":    {checktest.Edit(t, fresh, "internal/app/app.go", bytes.ReplaceAll(content("internal/app/app.go"), []byte("\n"), []byte("\r\n"))), nil},
		"a requirement added":           {edit("go.mod", "module x"), nil},
		"a contract changed":            {edit("proto/payments/v1/greetings.pb.go", "package x"), nil},
		"the schema changed":            {edit(".mintwright/schema.json", "{}"), []string{"lock.damaged .mintwright/schema.json: it is not as gen wrote it"}},
		"the snapshot removed":          {remove(".mintwright/base.tar.gz"), []string{"lock.damaged .mintwright/base.tar.gz: it is gone"}},
		"no lock":                       {remove(lock.Path), []string{"lock.missing mintwright.lock: mintwright.lock is missing"}},
		"a merge in the lock":           {edit(lock.Path, "<<<<<<< ours\n"), []string{"lock.unreadable mintwright.lock: it holds the conflict markers of a merge"}},
		"a lock of tomorrow":            {edit(lock.Path, `{"format": 2, "more": 1}`), []string{"lock.unreadable mintwright.lock: it was written by a newer gen"}},
		"a lock that is no JSON":        {edit(lock.Path, "{"), []string{"lock.unreadable mintwright.lock: unexpected end of JSON input"}},
		"a lock with a path out":        {checktest.Replace(t, fresh, lock.Path, `"internal/app/app.go"`, `"../app.go"`), []string{`lock.unreadable mintwright.lock: path "../app.go" is not a clean path inside the tree`}},
		"a lock of two faults":          {checktest.Replace(t, fresh, lock.Path, `"mode": "0644"`, `"mode": "0600"`), nil},
		"a lock too large to be one":    {edit(lock.Path, string(make([]byte, check.MaxFile+1))), []string{"lock.unreadable mintwright.lock: too large (4194305 bytes)"}},
		"what is no file in its place":  {checktest.Edit(t, remove("internal/app/app.go"), "internal/app/app.go/x", []byte{}), nil},
		"a file of a size that it lost": {edit("internal/app/app.go", ""), []string{"lock.edited internal/app/app.go: changed since gen wrote it"}},
	} {
		t.Run(name, func(t *testing.T) {
			results, unchecked := checktest.Judge(t, Area(), tt.service)
			got := checktest.Lines(results)
			switch name {
			case "a lock of two faults": // all of them would be a screen
				if len(got) != 1 {
					t.Errorf("want one line, got %q", got)
				}
				return
			case "what is no file in its place":
				if len(unchecked) != 1 || unchecked[0].Why != "no regular file" {
					t.Errorf("unchecked: %+v", unchecked)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The lock is foreign: whatever stands in it, gen reads nothing outside of the service.
func FuzzArea(f *testing.F) {
	for _, seed := range []string{"", "{", `{"format":1,"gen":"x","blueprint":"y","files":[{"path":"../x","owner":"managed","mode":"0644","sha256":"0"}]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := &check.Service{FS: fstest.MapFS{lock.Path: {Data: []byte(text)}}}
		if _, _, err := Area().Check(t.Context(), s); err != nil {
			t.Error(err)
		}
	})
}

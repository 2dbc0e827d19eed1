package source

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dave/jennifer/jen"
)

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.26\n",
		"a.go": `package m

import (
	"context"
	"net/http"
)

//go:generate gen trace -type Store

// Store keeps things.
//
//gen:ignore ErrGone
type Store interface {
	// Get gets.
	//
	//gen:attr user.id=id
	Get(ctx context.Context, id string, more ...*http.Request) (http.Header, error) //gen:span kind=client
	Put(
		ctx context.Context,
		//gen:attr a
		a string,
		b chan (<-chan int), //gen:attr b
	)
}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	site := Site{Dir: dir, File: "a.go", Line: 8, Package: "m"}
	w, err := Load(t.Context(), nil, site)
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.Package(site)
	if err != nil {
		t.Fatal(err)
	}
	in, err := p.Interface("Store")
	if err != nil {
		t.Fatal(err)
	}
	f := jen.NewFilePathName(p.Path, p.Name)
	for _, m := range in.Methods {
		ImportNames(f, m.Signature)
		f.Func().Id(m.Name).Add(SignatureCode(m.Signature)).Block()
		t.Logf("%+v", m)
	}
	t.Logf("%#v\n%+v", f, in.Directives)
}

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// line is a go:generate line.
type line struct {
	dir, file, pkg string
	number         int
	args           []string
}

const modulePath = "example.com/acme/shop"

// write makes the module: 25 packages with a store, a client and attributes, and 5 contracts. The
// versions of other modules are those of gen itself.
func write(dir string) ([]line, error) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return nil, err
	}
	sum, err := os.ReadFile("go.sum")
	if err != nil {
		return nil, err
	}
	_, rest, _ := bytes.Cut(mod, []byte("\n"))
	w := &writer{dir: dir}
	w.put("go.mod", "module "+modulePath+"\n"+string(rest))
	w.put("go.sum", string(sum))
	for i := range 25 {
		w.domain(fmt.Sprintf("domain%02d", i), i < 20)
	}
	for i := range 5 {
		w.contract(fmt.Sprintf("c%d", i))
	}
	return w.lines, w.err
}

type writer struct {
	dir   string
	lines []line
	err   error
}

func (w *writer) put(name, content string) {
	full := filepath.Join(w.dir, filepath.FromSlash(name))
	if w.err == nil {
		w.err = os.MkdirAll(filepath.Dir(full), 0o755)
	}
	if w.err == nil {
		w.err = os.WriteFile(full, []byte(content), 0o644)
	}
}

// code writes a Go file and takes note of its go:generate lines.
func (w *writer) code(dir, file, pkg, content string) {
	w.put(dir+"/"+file, content)
	number := 0
	for text := range strings.Lines(content) {
		number++
		if args, ok := strings.CutPrefix(text, "//go:generate gen "); ok {
			w.lines = append(w.lines, line{filepath.FromSlash(dir), file, pkg, number, strings.Fields(args)})
		}
	}
}

// domain writes a package with a store, a client and attributes.
func (w *writer) domain(name string, hasCache bool) {
	cache := ""
	if hasCache {
		cache = "//go:generate gen trace -type Cache -metrics\n"
	}
	w.code("internal/"+name, "store.go", name, "package "+name+`

import (
	"context"
	"io"
	"net/http"
	"time"
)

//go:generate gen trace -type Store -ignore io.EOF
`+cache+`
// Item is what is kept.
type Item struct {
	ID      string
	Count   int
	Changed time.Time
}

// Store keeps items.
type Store interface {
	//gen:attr app.item.id=id
	Get(ctx context.Context, id string) (*Item, error)
	//gen:attr app.item.id=item.ID
	Put(ctx context.Context, item Item) error
	List(ctx context.Context, limit int) ([]Item, error)
	io.Closer
}

// Cache keeps answers.
type Cache interface {
	Get(ctx context.Context, key string) (*http.Response, error)
	Put(ctx context.Context, key string, answer *http.Response) error
}
`)
	w.code("internal/"+name, "api.go", name, "package "+name+`

import "context"

//go:generate gen client -type API -id spiffe://acme.example/ns/shop/sa/`+name+` -no-double

// API is what the service serves.
type API interface {
	//gen:http GET /items/{id}
	Item(ctx context.Context, id string) (*Item, error)
	//gen:http PUT /items/{id}
	SetItem(ctx context.Context, id string, item Item) error
}
`)
	w.code("internal/"+name, "attributes.go", name, "package "+name+"\n\n//go:generate gen attrs registry.yaml\n")
	w.put("internal/"+name+"/registry.yaml", `groups:
  - id: registry.acme.`+name+`
    type: attribute_group
    brief: What acme knows of an item.
    attributes:
      - id: acme.`+name+`.provider
        type: string
        brief: Who makes it.
        stability: stable
        examples: [visa]
      - id: acme.`+name+`.size
        type: int
        brief: How large it is.
        stability: stable
        examples: [7]
`)
}

// contract writes a .proto file.
func (w *writer) contract(name string) {
	w.code("proto/"+name+"/v1", "generate.go", name+"v1", "package "+name+"v1\n\n//go:generate gen proto\n")
	w.put("proto/"+name+"/v1/"+name+".proto", `syntax = "proto3";

package `+name+`.v1;

import "google/protobuf/timestamp.proto";

option go_package = "`+modulePath+`/proto/`+name+`/v1;`+name+`v1";

service Items {
  rpc Get(GetRequest) returns (Item);
}

message GetRequest { string id = 1; }

message Item {
  string id = 1;
  google.protobuf.Timestamp changed = 2;
}
`)
}

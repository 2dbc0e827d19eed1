package web

import (
	"context"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	sampleServer  = "spiffe://acme.example/ns/pay/sa/api"
	sampleTimeout = 10 * time.Second
)

// Order is a body.
type Order struct {
	Amount int64 `json:"amount"`
}

// Item is an answer.
type Item struct {
	ID     string `json:"id"`
	Amount int64  `json:"amount"`
}

// Sample is an interface as it is annotated; SampleClient's methods below are what is made of it.
type Sample interface {
	//gen:http GET /items/{id}
	Get(ctx context.Context, id string) (*Item, error)
	//gen:http GET /items
	List(ctx context.Context, after *int, kinds []string, since time.Time, from netip.Addr) ([]Item, error)
	//gen:http POST /items
	Create(ctx context.Context, order Order) (*Item, error)
	//gen:http PUT /items/{id}
	Replace(ctx context.Context, id int64, order Order) error
	//gen:http DELETE /items/{id}
	Delete(ctx context.Context, id string) error
	//gen:http POST /files/{name...}
	//gen:timeout 2s
	//gen:idempotent
	Check(ctx context.Context, name string) (bool, error)
	//gen:http HEAD /search
	Search(ctx context.Context, exact bool, limit uint8, near float64) error
}

var _ Sample = (*SampleClient)(nil)

// Get implements Sample by GET /items/{id}.
func (c *SampleClient) Get(ctx context.Context, id string) (*Item, error) {
	path, err := samplePath("items", id)
	if err != nil {
		return nil, err
	}
	var answer *Item
	err = c.do(ctx, sampleCall{pattern: "GET /items/{id}", path: path, out: &answer, idempotent: true})
	return answer, err
}

// List implements Sample by GET /items.
func (c *SampleClient) List(ctx context.Context, after *int, kinds []string, since time.Time, from netip.Addr) ([]Item, error) {
	query := url.Values{}
	if after != nil {
		query.Set("after", strconv.Itoa(*after))
	}
	for _, value := range kinds {
		query.Add("kinds", value)
	}
	query.Set("since", since.Format(time.RFC3339Nano))
	text, err := from.MarshalText()
	if err != nil {
		return nil, err
	}
	query.Set("from", string(text))
	var answer []Item
	err = c.do(ctx, sampleCall{pattern: "GET /items", path: "/items?" + query.Encode(), out: &answer, idempotent: true})
	return answer, err
}

// Create implements Sample by POST /items.
func (c *SampleClient) Create(ctx context.Context, order Order) (*Item, error) {
	var answer *Item
	err := c.do(ctx, sampleCall{pattern: "POST /items", path: "/items", in: order, out: &answer})
	return answer, err
}

// Replace implements Sample by PUT /items/{id}.
func (c *SampleClient) Replace(ctx context.Context, id int64, order Order) error {
	path, err := samplePath("items", strconv.FormatInt(id, 10))
	if err != nil {
		return err
	}
	return c.do(ctx, sampleCall{pattern: "PUT /items/{id}", path: path, in: order, idempotent: true})
}

// Delete implements Sample by DELETE /items/{id}.
func (c *SampleClient) Delete(ctx context.Context, id string) error {
	path, err := samplePath("items", id)
	if err != nil {
		return err
	}
	return c.do(ctx, sampleCall{pattern: "DELETE /items/{id}", path: path, idempotent: true})
}

// Check implements Sample by POST /files/{name...}.
func (c *SampleClient) Check(ctx context.Context, name string) (bool, error) {
	path, err := samplePath(append([]string{"files"}, strings.Split(name, "/")...)...)
	if err != nil {
		return false, err
	}
	var answer bool
	err = c.do(ctx, sampleCall{pattern: "POST /files/{name...}", path: path, out: &answer, timeout: 2 * time.Second, idempotent: true})
	return answer, err
}

// Search implements Sample by HEAD /search.
func (c *SampleClient) Search(ctx context.Context, exact bool, limit uint8, near float64) error {
	query := url.Values{}
	query.Set("exact", strconv.FormatBool(exact))
	query.Set("limit", strconv.FormatUint(uint64(limit), 10))
	query.Set("near", strconv.FormatFloat(near, 'g', -1, 64))
	return c.do(ctx, sampleCall{pattern: "HEAD /search", path: "/search?" + query.Encode(), idempotent: true})
}

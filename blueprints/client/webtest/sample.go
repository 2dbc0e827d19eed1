package webtest

import (
	"net/http"
	"net/netip"

	"github.com/mintwright/mintwright/blueprints/client/web"
)

const sampleServer = "spiffe://acme.example/ns/pay/sa/api"

// routes serves what a SampleClient asks for.
func routes(test *reporter, service web.Sample) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /items/{id}", answering(test, func(r *http.Request) (any, error) {
		id, err := segment(r, "id", text[string])
		if err != nil {
			return nil, err
		}
		return service.Get(r.Context(), id)
	}))
	mux.Handle("GET /items", answering(test, func(r *http.Request) (any, error) {
		after, err := optional(r, "after", integer[int])
		if err != nil {
			return nil, err
		}
		kinds, err := list(r, "kinds", text[string])
		if err != nil {
			return nil, err
		}
		since, err := one(r, "since", moment)
		if err != nil {
			return nil, err
		}
		from, err := one(r, "from", unmarshal[netip.Addr])
		if err != nil {
			return nil, err
		}
		return service.List(r.Context(), after, kinds, since, from)
	}))
	mux.Handle("POST /items", answering(test, func(r *http.Request) (any, error) {
		order, err := body[web.Order](r)
		if err != nil {
			return nil, err
		}
		return service.Create(r.Context(), order)
	}))
	mux.Handle("PUT /items/{id}", doing(test, func(r *http.Request) error {
		id, err := segment(r, "id", integer[int64])
		if err != nil {
			return err
		}
		order, err := body[web.Order](r)
		if err != nil {
			return err
		}
		return service.Replace(r.Context(), id, order)
	}))
	mux.Handle("DELETE /items/{id}", doing(test, func(r *http.Request) error {
		id, err := segment(r, "id", text[string])
		if err != nil {
			return err
		}
		return service.Delete(r.Context(), id)
	}))
	mux.Handle("POST /files/{name...}", answering(test, func(r *http.Request) (any, error) {
		name, err := segment(r, "name", text[string])
		if err != nil {
			return nil, err
		}
		return service.Check(r.Context(), name)
	}))
	mux.Handle("HEAD /search", doing(test, func(r *http.Request) error {
		exact, err := one(r, "exact", truth[bool])
		if err != nil {
			return err
		}
		limit, err := one(r, "limit", natural[uint8])
		if err != nil {
			return err
		}
		near, err := one(r, "near", real[float64])
		if err != nil {
			return err
		}
		return service.Search(r.Context(), exact, limit, near)
	}))
	return mux
}

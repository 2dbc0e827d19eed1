package api

import (
	"net/http"
	"net/url"

	"github.com/mintwright/mintwright/blueprints/service/httpclient"
	"github.com/mintwright/mintwright/blueprints/service/httpserver"
)

// Peers asks the services that this one calls for their greetings: an example of a call.
type Peers struct {
	clients map[string]*httpclient.Client
}

// NewPeers returns the resource; clients are named as their callers see them in the path.
func NewPeers(clients map[string]*httpclient.Client) *Peers {
	return &Peers{clients: clients}
}

// Routes returns what Peers serves.
func (p *Peers) Routes() []httpserver.Route {
	return []httpserver.Route{{Pattern: "GET /v1/peers/{peer}/greetings/{name}", Handle: p.get}}
}

func (p *Peers) get(w http.ResponseWriter, r *http.Request) error {
	client, ok := p.clients[r.PathValue("peer")]
	if !ok {
		return &httpserver.Problem{Status: http.StatusNotFound, Detail: "no such peer"}
	}
	var greeting Greeting
	path := "/v1/greetings/" + url.PathEscape(r.PathValue("name"))
	if err := client.Do(r.Context(), http.MethodGet, path, nil, &greeting); err != nil {
		return &httpserver.Problem{Status: http.StatusBadGateway, Detail: "the peer did not answer as hoped", Cause: err}
	}
	return httpserver.WriteJSON(w, http.StatusOK, greeting)
}

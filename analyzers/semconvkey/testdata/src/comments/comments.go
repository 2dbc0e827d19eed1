// Package comments has keys in the comments of interfaces, and does not know OpenTelemetry.
package comments

import "context"

//go:generate gen trace -type Store,Shared

type Store interface {
	// Get returns one.
	//
	//gen:attr http.response.statusCode=status // want `there is no key "http.response.statusCode"; "http.response.status_code" was probably meant`
	//gen:attr order.id=id
	Get(ctx context.Context, id string) (status int, err error)

	//gen:attr! http.method=method // want `"http.method" was renamed to "http.request.method"`
	//gen:attr	db.statement = query // want `"db.statement" was renamed to "db.query.text"`
	//gen:attr db.user=user // want `"db.user" was dropped from the semantic conventions, nothing takes its place`
	//gen:attr http.target=target // want `"http.target" was replaced by "url.path" and "url.query"`
	Do(ctx context.Context, method, query, user, target string) error

	List(
		ctx context.Context,
		host string, /* want `there is no key "server.adress"; "server.address" was probably meant` */ //gen:attr server.adress
		/* want `"http.scheme" was renamed to "url.scheme"` */ //gen:attr http.scheme
		scheme string,
		/* want `"http.user_agent" was renamed to "user_agent.original"` */ agent string, //gen:attr! http.user_agent
		tenant string, //gen:attr tenant.id
	) (n int, err error) //gen:attr code.lineno=n // want `"code.lineno" was renamed to "code.line.number"`

	Again(ctx context.Context, method string) error //gen:attr http.method=method
}

// Shared is for all methods.
//
//gen:attr db.system="postgresql" // want `"db.system" was renamed to "db.system.name"; some values changed`
//gen:attr net.host.name=host() // want `"net.host.name" was renamed to "server.address"; the list has both`
type Shared interface {
	//gen:attr server.address=host // the call would have it twice
	Get(ctx context.Context, host string) error
}

//gen:attr faas.invocation_id=id
type Above interface {
	//gen:attr faas.execution="x" // want `"faas.execution" was renamed to "faas.invocation_id"; the list has both`
	Get(ctx context.Context, id string) error
}

type (
	//gen:attr db.system="cockroach" // once a file, and the new key has no such value
	Kept interface{ Get(context.Context) error }

	// Renamed is another's.
	//
	//gen:attr http.url=u // want `"http.url" was replaced by "url.full" on client spans, "url.path" and "url.query" on server spans`
	Renamed Store

	Embeds interface {
		//gen:attr peer.service="x" // want `"peer.service" was renamed to "service.peer.name"`
		Store
	}
)

type Values interface {
	//gen:attr http.response.status_code="200" // want `"http.response.status_code" takes an int, not a string`
	//gen:attr server.address=8 // want `"server.address" takes a string, not an int`
	//gen:attr url.full=true // want `"url.full" takes a string, not a bool`
	//gen:attr server.port=1.5 // want `"server.port" takes an int, not a double`
	Get(ctx context.Context) error
}

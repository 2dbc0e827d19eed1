// Package semconvkey defines an Analyzer of attribute keys.
//
// What a key is called today, what type its values have, and what became of it, is known from
// internal/knowledge/semconv, by the semantic conventions of version 1.43.0; and from the
// registry of the team's own that the configuration names.
//
// # Analyzer semconvkey
//
// semconvkey: report attributes whose keys or types are not those of the semantic conventions
//
// Dashboards, alerts and backends find an attribute by its key. One that is called as the
// conventions called it years ago, or that has a slip in it, is simply not found; nobody is told.
// The analyzer looks at the attributes that a package makes: attribute.String("key", v) and its
// kin, the methods of attribute.Key, literals of attribute.KeyValue, and what the packages
// go.opentelemetry.io/otel/semconv/v1.4.0 to v1.43.0 declare. Keys are constants, after folding:
// constants of the package and of others are followed. So are keys in comments //gen:attr at
// interfaces, of which gen trace makes attributes.
//
// A key is reported once a file. It is silent on
//   - keys that are only read: compared, looked up, filtered;
//   - keys outside the namespaces of the conventions, and all keys of the team's registry;
//   - strings that are no attribute keys: log fields, maps, labels;
//   - keys that are alive in the conventions, with or without a constant in Go (enduser.id, the
//     keys of gen_ai and mcp, which moved to conventions of their own under the same names);
//   - packages of conventions that are newer than the analyzer;
//   - tests, and generated code.
//
// # Rule semconvkey.renamed
//
// The conventions renamed, divided or dropped the key. Go's packages have no mark for that: a
// name is missing in the next one.
//
//	attribute.String("http.method", r.Method)         // wrong
//	attribute.String("http.request.method", r.Method) // right
//
// What it covers: every key that a Go package has had and that is no more, and those that the
// registry of the conventions names besides, more than 200. The most frequent:
//
//	http.method             -> http.request.method
//	http.status_code        -> http.response.status_code
//	http.scheme             -> url.scheme
//	http.user_agent         -> user_agent.original
//	http.client_ip          -> client.address
//	http.url                -> url.full on client spans, url.path and url.query on server spans
//	http.target             -> url.path and url.query
//	http.flavor             -> network.protocol.name and network.protocol.version
//	http.host               -> server.address on client spans
//	net.peer.name           -> server.address on client spans, client.address on server spans
//	net.peer.port           -> server.port on client spans, client.port on server spans
//	net.host.name           -> server.address
//	net.host.port           -> server.port
//	net.sock.peer.addr      -> network.peer.address
//	net.transport           -> network.transport
//	net.protocol.version    -> network.protocol.version
//	db.system               -> db.system.name
//	db.statement            -> db.query.text
//	db.operation            -> db.operation.name
//	db.name                 -> db.namespace
//	db.sql.table            -> db.collection.name
//	db.user                 -> nothing
//	messaging.destination   -> messaging.destination.name
//	messaging.operation     -> messaging.operation.type
//	messaging.kafka.consumer.group -> messaging.consumer.group.name
//	rpc.system              -> rpc.system.name
//	rpc.service             -> rpc.method
//	rpc.grpc.status_code    -> rpc.response.status_code
//	code.function           -> code.function.name
//	code.namespace          -> code.function.name
//	code.filepath           -> code.file.path
//	code.lineno             -> code.line.number
//	deployment.environment  -> deployment.environment.name
//	peer.service            -> service.peer.name
//	container.runtime       -> container.runtime.name
//	otel.library.name       -> otel.scope.name
//	faas.id                 -> cloud.resource_id
//	tls.client.server_name  -> server.address
//	gen_ai.system           -> gen_ai.provider.name
//
// A constant or function of an older package (semconv.HTTPMethodKey of v1.25.0) is reported as
// the key that it is, with the first package that has the new one; functions of packages up to
// v1.20.0 that make several old attributes at once (httpconv.ServerRequest) as such.
//
// The confidence is medium where nothing takes the key's place; where the package knows of
// OTEL_SEMCONV_STABILITY_OPT_IN, by which an operator chooses old names, new ones or both; and
// where it uses names of two versions of the conventions.
//
// The fix writes the new key, where there is one for all cases, of the same type, and the value
// means the same (of db.system a constant that db.system.name has too): in the literal, in an
// unexported constant that is used for nothing else, or by another name of the same package.
//
// # Rule semconvkey.type
//
// The value is not of the type that the key has. Backends keep a column a type: such a value is
// lost, or converted, or a second column is made. Every type that the key has had in some
// version is right. A whole number for a double is of medium confidence.
//
//	attribute.String("http.response.status_code", resp.Status)  // wrong
//	attribute.Int("http.response.status_code", resp.StatusCode) // right
//
// # Rule semconvkey.near
//
// There is no such key in a namespace of the conventions, or of the team, but there is one that
// differs in dots, underscores, dashes and case alone, or by a letter in one part of it (two in
// parts of ten letters and more). Plurals, endings and digits make another word, and so do
// parts that are a word elsewhere in the conventions.
//
//	attribute.String("server.adress", host)  // wrong
//	attribute.String("server.address", host) // right
//
// # Rule semconvkey.twice
//
// One list has the same key twice; the last value wins. It is silent on lists that consist of
// one key alone and are not passed to OpenTelemetry: those are values to choose from.
//
//	span.SetAttributes(semconv.ServerAddress(host), attribute.String("server.address", peer))  // wrong
//	span.SetAttributes(semconv.ServerAddress(host), attribute.String("network.peer.address", peer)) // right
//
// # Rule semconvkey.schema
//
// The schema URL says which version of the conventions the names follow; what reads the
// telemetry translates old names by it. Reported are
//   - a schema URL of another version than that of the semconv package whose names are set with
//     it, in resource.NewWithAttributes or anywhere in the package with WithSchemaURL;
//   - resource.Merge of resource.Default with a resource whose schema URL is of another version
//     than the SDK's, and resource.New with WithSchemaURL of another and one of the SDK's
//     detectors: both return an error and a resource without a schema URL;
//   - names of several versions in one package, with medium confidence.
//
// Wrong, and what is right with every version of the SDK:
//
//	resource.Merge(resource.Default(), resource.NewWithAttributes(semconv.SchemaURL, attrs...))
//	resource.Merge(resource.Default(), resource.NewSchemaless(attrs...))
//
// # Rule semconvkey.namespace
//
// Off by default. A key without a namespace ("key", "range_end") means something else to
// everybody, and a key of one's own in a namespace of the conventions ("http.path") may get
// another meaning there one day.
//
//	attribute.String("customer", id)      // wrong
//	attribute.String("shop.customer", id) // right
//
// # Rule semconvkey.style
//
// Off by default. The conventions write keys in lower case, with digits, underscores within a
// word and dots between namespaces.
//
//	attribute.String("app.orderId", id)  // wrong
//	attribute.String("app.order_id", id) // right
package semconvkey

package semconv

// liveKey is a key that the registry has and the newest Go package has not.
type liveKey struct {
	key  string
	kind Type
	enum bool
}

// live are the keys of the registry of 1.43.0 that are not deprecated and have no constant in
// the Go package of that version, sorted.
var live = []liveKey{
	{"aspnetcore.authentication.result", String, true},
	{"aspnetcore.authentication.scheme", String, false},
	{"aspnetcore.authorization.policy", String, false},
	{"aspnetcore.authorization.result", String, true},
	{"aspnetcore.diagnostics.exception.result", String, true},
	{"aspnetcore.diagnostics.handler.type", String, false},
	{"aspnetcore.identity.error_code", String, false},
	{"aspnetcore.identity.password_check_result", String, true},
	{"aspnetcore.identity.result", String, true},
	{"aspnetcore.identity.sign_in.result", String, true},
	{"aspnetcore.identity.sign_in.type", String, true},
	{"aspnetcore.identity.token_purpose", String, true},
	{"aspnetcore.identity.token_verified", String, true},
	{"aspnetcore.identity.user.update_type", String, true},
	{"aspnetcore.identity.user_type", String, false},
	{"aspnetcore.memory_pool.owner", String, false},
	{"aspnetcore.rate_limiting.policy", String, false},
	{"aspnetcore.rate_limiting.result", String, true},
	{"aspnetcore.request.is_unhandled", Bool, false},
	{"aspnetcore.routing.is_fallback", Bool, false},
	{"aspnetcore.routing.match_status", String, true},
	{"aspnetcore.sign_in.is_persistent", Bool, false},
	{"aspnetcore.user.is_authenticated", Bool, false},
	{"cpython.gc.generation", String, true},
	{"dotnet.gc.heap.generation", String, true},
	{"jvm.buffer.pool.name", String, false},
	{"jvm.gc.action", String, false},
	{"jvm.gc.cause", String, false},
	{"jvm.gc.name", String, false},
	{"jvm.memory.pool.name", String, false},
	{"jvm.memory.type", String, true},
	{"jvm.thread.daemon", Bool, false},
	{"jvm.thread.state", String, true},
	{"nodejs.eventloop.state", String, true},
	{"v8js.gc.type", String, true},
	{"v8js.heap.space.name", String, true},
	{"v8js.resource.type", String, true},
}

package semconv

import (
	"slices"
	"strings"
)

// Change says what became of a key.
type Change struct {
	Key string
	// Values says which values the new key takes over as they are, so that the key alone can
	// be changed. It has more than one value only where there is one target.
	Values Values
	Note   string // what else is to know, lower case
	Source string // where it is written, see the package comment

	to   string // the targets, divided by spaces, where each of them holds behind an @
	kind Type   // of the values, where no Go package has the key
}

// Values says which values mean the same under the new key.
type Values uint8

// None means that at least some had to be changed or looked at, Members that those which are
// members of the new key's enum are right.
const (
	None Values = iota
	Members
	All
)

// Target is what took a key's place.
type Target struct {
	Key string
	On  string // the kind of span that it is for, such as client; empty: all
}

// Targets returns what took the key's place: nothing, one key, one for each kind of span, or
// several among which the old value is divided.
func (c *Change) Targets() []Target {
	var list []Target
	for s := range strings.FieldsSeq(c.to) {
		key, on, _ := strings.Cut(s, "@")
		list = append(list, Target{key, on})
	}
	return list
}

// Renamed returns the one key that took the place of c's in all cases.
func (c *Change) Renamed() (string, bool) {
	return c.to, c.to != "" && !strings.ContainsAny(c.to, " @")
}

// Changes returns what became of each key that is no more, sorted by key.
func Changes() []Change { return slices.Clone(changes) }

func changeOf(key string) *Change {
	i, ok := slices.BinarySearchFunc(changes, key, func(c Change, key string) int { return strings.Compare(c.Key, key) })
	if !ok {
		return nil
	}
	return &changes[i]
}

// changes are the keys that are no more, sorted. The source "registry" is the deprecation in
// the registry of 1.43.0, "schema" with a version a rename in the schema file of 1.43.0 under
// that version, "changelog" the changelog of the conventions, "Go" the constants of that
// package; of several each leads to the next.
//
// Missing are pool, pool.name, state and type, which were keys of metrics for a while: without
// a namespace they say nothing of who means them. So are the keys gen_ai, mcp and openai that
// went to a repository of their own in 1.42.0: they are alive there, under the same names.
var changes = []Change{
	{Key: "android.state", to: "android.app.state", Values: All, Source: "registry"},
	{Key: "az.namespace", to: "azure.resource_provider.namespace", Values: All, Source: "registry"},
	{Key: "az.service_request_id", to: "azure.service.request.id", Values: All, Source: "registry"},
	{Key: "browser.user_agent", to: "user_agent.original", Values: All, Source: "schema 1.19.0"},
	{Key: "client.socket.address", to: "network.peer.address@server network.local.address@client", Source: "changelog 1.22.0"},
	{Key: "client.socket.port", to: "network.peer.port@server network.local.port@client", Source: "changelog 1.22.0"},
	{Key: "code.column", to: "code.column.number", Values: All, Source: "registry"},
	{Key: "code.filepath", to: "code.file.path", Values: All, Source: "registry"},
	{Key: "code.function", to: "code.function.name", Note: "the value is the full name, with what was code.namespace", Source: "registry"},
	{Key: "code.lineno", to: "code.line.number", Values: All, Source: "registry"},
	{Key: "code.namespace", to: "code.function.name", Note: "the value is the full name, with what was code.function", Source: "registry"},
	{Key: "container.cpu.state", to: "cpu.mode", Values: Members, Source: "registry"},
	{Key: "container.image.tag", to: "container.image.tags", Note: "the value is a list of tags", Source: "changelog 1.22.0"},
	{Key: "container.labels.*", to: "container.label.*", Values: All, kind: String, Source: "registry"},
	{Key: "container.runtime", to: "container.runtime.name", Values: All, Source: "registry"},
	{Key: "db.cassandra.consistency_level", to: "cassandra.consistency.level", Values: All, Source: "registry"},
	{Key: "db.cassandra.coordinator.dc", to: "cassandra.coordinator.dc", Values: All, Source: "registry"},
	{Key: "db.cassandra.coordinator.id", to: "cassandra.coordinator.id", Values: All, Source: "registry"},
	{Key: "db.cassandra.idempotence", to: "cassandra.query.idempotent", Values: All, Source: "registry"},
	{Key: "db.cassandra.keyspace", to: "db.namespace", Source: "schema 1.8.0, registry on db.name"},
	{Key: "db.cassandra.page_size", to: "cassandra.page.size", Values: All, Source: "registry"},
	{Key: "db.cassandra.speculative_execution_count", to: "cassandra.speculative_execution.count", Values: All, Source: "registry"},
	{Key: "db.cassandra.table", to: "db.collection.name", Source: "registry"},
	{Key: "db.client.connections.pool.name", to: "db.client.connection.pool.name", Values: All, Source: "registry"},
	{Key: "db.client.connections.state", to: "db.client.connection.state", Values: All, Source: "registry"},
	{Key: "db.connection_string", to: "server.address server.port", Source: "registry"},
	{Key: "db.cosmosdb.client_id", to: "azure.client.id", Values: All, Source: "registry"},
	{Key: "db.cosmosdb.connection_mode", to: "azure.cosmosdb.connection.mode", Values: All, Source: "registry"},
	{Key: "db.cosmosdb.consistency_level", to: "azure.cosmosdb.consistency.level", Values: All, kind: String, Source: "registry"},
	{Key: "db.cosmosdb.container", to: "db.collection.name", Values: All, Source: "registry"},
	{Key: "db.cosmosdb.operation_type", Source: "registry"},
	{Key: "db.cosmosdb.regions_contacted", to: "azure.cosmosdb.operation.contacted_regions", Values: All, kind: StringSlice, Source: "registry"},
	{Key: "db.cosmosdb.request_charge", to: "azure.cosmosdb.operation.request_charge", Values: All, Source: "registry"},
	{Key: "db.cosmosdb.request_content_length", to: "azure.cosmosdb.request.body.size", Values: All, Source: "registry"},
	{Key: "db.cosmosdb.status_code", to: "db.response.status_code", Note: "the value is a string", Source: "registry"},
	{Key: "db.cosmosdb.sub_status_code", to: "azure.cosmosdb.response.sub_status_code", Values: All, Source: "registry"},
	{Key: "db.elasticsearch.cluster.name", to: "db.namespace", Source: "registry"},
	{Key: "db.elasticsearch.node.name", to: "elasticsearch.node.name", Values: All, Source: "registry"},
	{Key: "db.elasticsearch.path_parts.*", to: "db.operation.parameter.*", Values: All, kind: String, Source: "registry"},
	{Key: "db.hbase.namespace", to: "db.namespace", Source: "schema 1.8.0, registry on db.name"},
	{Key: "db.instance.id", Source: "registry"},
	{Key: "db.jdbc.driver_classname", Source: "registry"},
	{Key: "db.mongodb.collection", to: "db.collection.name", Values: All, Source: "registry"},
	{Key: "db.mssql.instance_name", Source: "registry"},
	{Key: "db.name", to: "db.namespace", Note: "some systems want more than the database's name", Source: "registry"},
	{Key: "db.operation", to: "db.operation.name", Values: All, Source: "registry"},
	{Key: "db.redis.database_index", to: "db.namespace", Note: "the value is a string", Source: "db.namespace in the conventions of Redis"},
	{Key: "db.sql.table", to: "db.collection.name", Note: "only where it is not read from the query text", Source: "registry"},
	{Key: "db.statement", to: "db.query.text", Values: All, Source: "registry"},
	{Key: "db.system", to: "db.system.name", Values: Members, Note: "some values changed", Source: "registry"},
	{Key: "db.user", Source: "registry"},
	{Key: "deployment.environment", to: "deployment.environment.name", Values: All, Source: "registry"},
	{Key: "destination.domain", to: "destination.address", Source: "changelog 1.22.0"},
	{Key: "enduser.role", to: "user.roles", Note: "the value is a list", Source: "registry"},
	{Key: "enduser.scope", Source: "registry"},
	{Key: "error.message", Note: "some domains have a key of their own", Source: "registry"},
	{Key: "event.domain", Note: "an event is told by its name alone", Source: "changelog 1.24.0"},
	{Key: "event.name", Note: "the name belongs into the EventName of the log record", Source: "registry"},
	{Key: "exception.escaped", Source: "registry"},
	{Key: "faas.execution", to: "faas.invocation_id", Values: All, Source: "schema 1.19.0"},
	{Key: "faas.id", to: "cloud.resource_id", Values: All, Source: "schema 1.19.0"},
	{Key: "feature_flag.evaluation.error.message", to: "feature_flag.error.message", Values: All, Source: "registry"},
	{Key: "feature_flag.evaluation.reason", to: "feature_flag.result.reason", Values: All, Source: "registry"},
	{Key: "feature_flag.provider_name", to: "feature_flag.provider.name", Values: All, Source: "registry"},
	{Key: "feature_flag.variant", to: "feature_flag.result.variant", Values: All, Source: "registry"},
	{Key: "gen_ai.completion", Source: "registry"},
	{Key: "gen_ai.openai.request.response_format", to: "gen_ai.output.type", Source: "registry"},
	{Key: "gen_ai.openai.request.seed", to: "gen_ai.request.seed", Values: All, Source: "registry"},
	{Key: "gen_ai.openai.request.service_tier", to: "openai.request.service_tier", Values: All, Source: "registry"},
	{Key: "gen_ai.openai.response.service_tier", to: "openai.response.service_tier", Values: All, Source: "registry"},
	{Key: "gen_ai.openai.response.system_fingerprint", to: "openai.response.system_fingerprint", Values: All, Source: "registry"},
	{Key: "gen_ai.prompt", Source: "registry"},
	{Key: "gen_ai.system", to: "gen_ai.provider.name", Values: Members, Note: "some values changed", Source: "registry"},
	{Key: "gen_ai.usage.completion_tokens", to: "gen_ai.usage.output_tokens", Values: All, Source: "registry"},
	{Key: "gen_ai.usage.prompt_tokens", to: "gen_ai.usage.input_tokens", Values: All, Source: "registry"},
	{Key: "http.client_ip", to: "client.address", Values: All, Source: "registry"},
	{Key: "http.flavor", to: "network.protocol.name network.protocol.version", Source: "registry"},
	{Key: "http.host", to: "server.address@client", Note: "what is meant decides: server.address, client.address or http.request.header.host", Source: "registry"},
	{Key: "http.method", to: "http.request.method", Values: All, Source: "registry"},
	{Key: "http.request_content_length", to: "http.request.header.content-length", Note: "the value is a list of strings; http.request.body.size is the size alone", Source: "registry"},
	{Key: "http.request_content_length_uncompressed", to: "http.request.body.size", Source: "registry"},
	{Key: "http.resend_count", to: "http.request.resend_count", Values: All, Source: "schema 1.22.0"},
	{Key: "http.response_content_length", to: "http.response.header.content-length", Note: "the value is a list of strings; http.response.body.size is the size alone", Source: "registry"},
	{Key: "http.response_content_length_uncompressed", to: "http.response.body.size", Source: "registry"},
	{Key: "http.retry_count", to: "http.request.resend_count", Source: "schema 1.15.0 and 1.22.0"},
	{Key: "http.scheme", to: "url.scheme", Values: All, Source: "registry"},
	{Key: "http.server_name", to: "server.address", Source: "registry"},
	{Key: "http.status_code", to: "http.response.status_code", Values: All, Source: "registry"},
	{Key: "http.target", to: "url.path url.query", Source: "registry"},
	{Key: "http.url", to: "url.full@client url.path@server url.query@server", Source: "registry, and url.full in the conventions of HTTP spans"},
	{Key: "http.user_agent", to: "user_agent.original", Values: All, Source: "registry"},
	{Key: "ios.state", to: "ios.app.state", Values: All, Source: "registry"},
	{Key: "k8s.pod.labels.*", to: "k8s.pod.label.*", Values: All, kind: String, Source: "registry"},
	{Key: "linux.memory.slab.state", to: "system.memory.linux.slab.state", Values: All, Source: "registry"},
	{Key: "message.compressed_size", Source: "registry"},
	{Key: "message.id", Source: "registry"},
	{Key: "message.type", Source: "registry"},
	{Key: "message.uncompressed_size", Source: "registry"},
	{Key: "messaging.client_id", to: "messaging.client.id", Values: All, Source: "registry"},
	{Key: "messaging.consumer.id", Note: "messaging.client.id tells the client", Source: "changelog 1.21.0"},
	{Key: "messaging.consumer_id", Note: "messaging.client.id tells the client", Source: "schema 1.17.0, changelog 1.21.0"},
	{Key: "messaging.conversation_id", to: "messaging.message.conversation_id", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.destination", to: "messaging.destination.name", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.destination.kind", Source: "changelog 1.20.0"},
	{Key: "messaging.destination_kind", Source: "schema 1.17.0, changelog 1.20.0"},
	{Key: "messaging.destination_publish.anonymous", Source: "registry"},
	{Key: "messaging.destination_publish.name", Source: "registry"},
	{Key: "messaging.eventhubs.consumer.group", to: "messaging.consumer.group.name", Values: All, Source: "registry"},
	{Key: "messaging.kafka.client_id", to: "messaging.client.id", Values: All, Source: "schema 1.21.0, registry"},
	{Key: "messaging.kafka.consumer.group", to: "messaging.consumer.group.name", Values: All, Source: "registry"},
	{Key: "messaging.kafka.consumer_group", to: "messaging.consumer.group.name", Values: All, Source: "schema 1.17.0, registry"},
	{Key: "messaging.kafka.destination.partition", to: "messaging.destination.partition.id", Note: "the value is a string", Source: "registry"},
	{Key: "messaging.kafka.message.offset", to: "messaging.kafka.offset", Values: All, Source: "registry"},
	{Key: "messaging.kafka.message_key", to: "messaging.kafka.message.key", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.kafka.partition", to: "messaging.destination.partition.id", Note: "the value is a string", Source: "schema 1.17.0, registry on messaging.kafka.destination.partition"},
	{Key: "messaging.kafka.source.partition", to: "messaging.destination.partition.id", Note: "the value is a string", Source: "changelog 1.21.0, registry on messaging.kafka.destination.partition"},
	{Key: "messaging.kafka.tombstone", to: "messaging.kafka.message.tombstone", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.message.payload_compressed_size_bytes", Note: "messaging.message.envelope.size and messaging.message.body.size are what there is", Source: "changelog 1.22.0"},
	{Key: "messaging.message.payload_size_bytes", to: "messaging.message.body.size", Values: All, Source: "schema 1.22.0"},
	{Key: "messaging.message_id", to: "messaging.message.id", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.message_payload_compressed_size_bytes", Note: "messaging.message.envelope.size and messaging.message.body.size are what there is", Source: "schema 1.17.0, changelog 1.22.0"},
	{Key: "messaging.message_payload_size_bytes", to: "messaging.message.body.size", Values: All, Source: "schema 1.17.0, schema 1.22.0"},
	{Key: "messaging.operation", to: "messaging.operation.type", Note: "some values changed", Source: "registry"},
	{Key: "messaging.protocol", to: "network.protocol.name", Values: All, Source: "schema 1.17.0, schema 1.20.0, registry"},
	{Key: "messaging.protocol_version", to: "network.protocol.version", Values: All, Source: "schema 1.17.0, schema 1.20.0, registry"},
	{Key: "messaging.rabbitmq.routing_key", to: "messaging.rabbitmq.destination.routing_key", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.rocketmq.client_group", to: "messaging.consumer.group.name@consumer", Source: "registry"},
	{Key: "messaging.rocketmq.client_id", to: "messaging.client.id", Values: All, Source: "schema 1.21.0, registry"},
	{Key: "messaging.rocketmq.delay_time_level", to: "messaging.rocketmq.message.delay_time_level", Values: All, Source: "Go 1.17.0"},
	{Key: "messaging.rocketmq.delivery_timestamp", to: "messaging.rocketmq.message.delivery_timestamp", Values: All, Source: "Go 1.17.0"},
	{Key: "messaging.rocketmq.message_group", to: "messaging.rocketmq.message.group", Values: All, Source: "Go 1.17.0"},
	{Key: "messaging.rocketmq.message_keys", to: "messaging.rocketmq.message.keys", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.rocketmq.message_tag", to: "messaging.rocketmq.message.tag", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.rocketmq.message_type", to: "messaging.rocketmq.message.type", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.servicebus.destination.subscription_name", to: "messaging.destination.subscription.name", Values: All, Source: "registry"},
	{Key: "messaging.source.anonymous", to: "messaging.destination.anonymous", Source: "changelog 1.21.0"},
	{Key: "messaging.source.kind", Source: "changelog 1.20.0"},
	{Key: "messaging.source.name", to: "messaging.destination.name", Source: "changelog 1.21.0"},
	{Key: "messaging.source.template", to: "messaging.destination.template", Source: "changelog 1.21.0"},
	{Key: "messaging.source.temporary", to: "messaging.destination.temporary", Source: "changelog 1.21.0"},
	{Key: "messaging.temp_destination", to: "messaging.destination.temporary", Values: All, Source: "schema 1.17.0"},
	{Key: "messaging.url", Source: "changelog 1.17.0"},
	{Key: "net.app.protocol.name", to: "network.protocol.name", Values: All, Source: "schema 1.20.0, registry"},
	{Key: "net.app.protocol.version", to: "network.protocol.version", Values: All, Source: "schema 1.20.0, registry"},
	{Key: "net.host.carrier.icc", to: "network.carrier.icc", Values: All, Source: "schema 1.21.0"},
	{Key: "net.host.carrier.mcc", to: "network.carrier.mcc", Values: All, Source: "schema 1.21.0"},
	{Key: "net.host.carrier.mnc", to: "network.carrier.mnc", Values: All, Source: "schema 1.21.0"},
	{Key: "net.host.carrier.name", to: "network.carrier.name", Values: All, Source: "schema 1.21.0"},
	{Key: "net.host.connection.subtype", to: "network.connection.subtype", Values: All, Source: "schema 1.21.0"},
	{Key: "net.host.connection.type", to: "network.connection.type", Values: All, Source: "schema 1.21.0"},
	{Key: "net.host.ip", to: "network.local.address", Values: All, Source: "registry"},
	{Key: "net.host.name", to: "server.address", Values: All, Source: "registry"},
	{Key: "net.host.port", to: "server.port", Values: All, Source: "registry"},
	{Key: "net.peer.ip", to: "network.peer.address", Values: All, Source: "registry"},
	{Key: "net.peer.name", to: "server.address@client client.address@server", Source: "registry"},
	{Key: "net.peer.port", to: "server.port@client client.port@server", Source: "registry"},
	{Key: "net.protocol.name", to: "network.protocol.name", Values: All, Source: "registry"},
	{Key: "net.protocol.version", to: "network.protocol.version", Values: All, Source: "registry"},
	{Key: "net.sock.family", to: "network.transport network.type", Source: "registry"},
	{Key: "net.sock.host.addr", to: "network.local.address", Values: All, Source: "registry"},
	{Key: "net.sock.host.port", to: "network.local.port", Values: All, Source: "registry"},
	{Key: "net.sock.peer.addr", to: "network.peer.address", Values: All, Source: "registry"},
	{Key: "net.sock.peer.name", Source: "registry"},
	{Key: "net.sock.peer.port", to: "network.peer.port", Values: All, Source: "registry"},
	{Key: "net.transport", to: "network.transport", Values: Members, Note: "the values changed", Source: "registry"},
	{Key: "otel.library.name", to: "otel.scope.name", Values: All, Source: "registry"},
	{Key: "otel.library.version", to: "otel.scope.version", Values: All, Source: "registry"},
	{Key: "peer.service", to: "service.peer.name", Values: All, Source: "registry"},
	{Key: "process.context_switch_type", to: "process.context_switch.type", Values: All, Source: "registry"},
	{Key: "process.cpu.state", to: "cpu.mode", Values: Members, Note: "some values changed", Source: "registry"},
	{Key: "process.executable.build_id.profiling", to: "process.executable.build_id.htlhash", Values: All, Source: "registry"},
	{Key: "process.paging.fault_type", to: "system.paging.fault.type", Values: All, Source: "registry"},
	{Key: "rpc.connect_rpc.error_code", to: "rpc.response.status_code", Source: "registry"},
	{Key: "rpc.connect_rpc.request.metadata.*", to: "rpc.request.metadata.*", Values: All, kind: StringSlice, Source: "registry"},
	{Key: "rpc.connect_rpc.response.metadata.*", to: "rpc.response.metadata.*", Values: All, kind: StringSlice, Source: "registry"},
	{Key: "rpc.grpc.request.metadata.*", to: "rpc.request.metadata.*", Values: All, kind: StringSlice, Source: "registry"},
	{Key: "rpc.grpc.response.metadata.*", to: "rpc.response.metadata.*", Values: All, kind: StringSlice, Source: "registry"},
	{Key: "rpc.grpc.status_code", to: "rpc.response.status_code", Note: "the value is the name of the code", Source: "registry"},
	{Key: "rpc.jsonrpc.error_code", to: "rpc.response.status_code", Note: "the value is a string", Source: "registry"},
	{Key: "rpc.jsonrpc.error_message", Note: "the description of the span's status holds the message", Source: "registry"},
	{Key: "rpc.jsonrpc.method", to: "rpc.method", Source: "changelog 1.5.0"},
	{Key: "rpc.jsonrpc.request_id", to: "jsonrpc.request.id", Values: All, Source: "registry"},
	{Key: "rpc.jsonrpc.version", to: "jsonrpc.protocol.version", Values: All, Source: "registry"},
	{Key: "rpc.message.compressed_size", Source: "registry"},
	{Key: "rpc.message.id", Source: "registry"},
	{Key: "rpc.message.type", Source: "registry"},
	{Key: "rpc.message.uncompressed_size", Source: "registry"},
	{Key: "rpc.service", to: "rpc.method", Note: "the value is the full name, service and method", Source: "registry"},
	{Key: "rpc.system", to: "rpc.system.name", Values: Members, Note: "some values changed", Source: "registry"},
	{Key: "server.socket.address", to: "network.peer.address@client network.local.address@server", Source: "changelog 1.22.0"},
	{Key: "server.socket.domain", Source: "changelog 1.22.0, registry on net.sock.peer.name"},
	{Key: "server.socket.port", to: "network.peer.port@client network.local.port@server", Source: "changelog 1.22.0"},
	{Key: "source.domain", to: "source.address", Source: "changelog 1.22.0"},
	{Key: "system.cpu.logical_number", to: "cpu.logical_number", Values: All, Source: "registry"},
	{Key: "system.cpu.state", to: "cpu.mode", Values: All, Source: "registry"},
	{Key: "system.disk.direction", to: "disk.io.direction", Values: All, Source: "changelog 1.24.0"},
	{Key: "system.network.direction", to: "network.io.direction", Values: All, Source: "changelog 1.24.0"},
	{Key: "system.network.state", to: "network.connection.state", Values: Members, Note: "some values changed", Source: "registry"},
	{Key: "system.paging.type", to: "system.paging.fault.type", Source: "registry"},
	{Key: "system.process.status", to: "process.state", Values: All, Source: "registry"},
	{Key: "system.processes.status", to: "process.state", Values: All, Source: "registry"},
	{Key: "telemetry.auto.version", to: "telemetry.distro.version", Values: All, Source: "schema 1.22.0"},
	{Key: "thread.daemon", to: "jvm.thread.daemon", Values: All, Source: "schema 1.23.0"},
	{Key: "tls.client.server_name", to: "server.address", Values: All, Source: "registry"},
	{Key: "vcs.repository.change.id", to: "vcs.change.id", Values: All, Source: "registry"},
	{Key: "vcs.repository.change.title", to: "vcs.change.title", Values: All, Source: "registry"},
	{Key: "vcs.repository.ref.name", to: "vcs.ref.head.name", Values: All, Source: "registry"},
	{Key: "vcs.repository.ref.revision", to: "vcs.ref.head.revision", Values: All, Source: "registry"},
	{Key: "vcs.repository.ref.type", to: "vcs.ref.head.type", Values: All, Source: "registry"},
}

package attrs

import (
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// acronyms are the words that OpenTelemetry's Go packages do not write with one capital, as in
// semconv/templates/registry/go/weaver.yaml of go.opentelemetry.io/otel v1.47.0. Names of a
// team's own keys are made by the same rules, so that they read alike.
const acronyms = `
ACL AI AIX AKS AMD64 API ARM32 ARM64 ARN ARNs ASCII ASPNETCore AWS ActiveMQ AppHub
CICD CPP CPU CSI CSS CVM ClickHouse CloudEvents CloudFoundry CockroachDB CosmosDB CouchDB CronJob
DB DB2 DC DNS DaemonSet DragonflyBSD DynamoDB EC2 ECS EDB EKS EOF EventGrid EventHubs
FC FaaS FirebirdSQL FirstSQL FreeBSD GC GCE GCP GNU GRPC GUID GraphQL
HANA HBase HPA HPUX HSQLDB HTML HTTP HTTPS HanaDB
IA64 IBM ICC ID IO IOS IOWait IP IPv4 IPv6 ISO InProc InfluxDB InstantDB JDBC JMS JSON JSONRPC JVM
K8S LHS MCC MNC MSSQL MariaDB MaxDB MongoDB MySQL NetBSD OCI OKE OS OTel OpenAI OpenBSD OpenSearch OpenShift OpenTracing
PHP PID PPC32 PPC64 PostgreSQL PubSub QPS QUIC RAM RHS RPC RabbitMQ ReplicaSet ReplicationController ResourceQuota RocketMQ
SAP SCF SDK SLA SMTP SNS SPDY SQL SQLite SQS SSH ServiceBus SignalR StatefulSet
TCP TLS TTL UDP UI UID URI URL UTF8 UUID V8JS VCS VM WebEngine WebJS XML XMPP XSRF XSS ZOS
`

// namer makes Go names.
type namer struct {
	words map[string]string // by the word in lower case
}

func newNamer() *namer {
	n := &namer{words: map[string]string{}}
	for w := range strings.FieldsSeq(acronyms) {
		n.words[strings.ToLower(w)] = w
	}
	return n
}

// name returns the exported name of a key, as the semantic conventions' Go packages have it:
// http.request.method is HTTPRequestMethod. What is neither a letter nor a digit divides words.
func (n *namer) name(key string) string {
	var b strings.Builder
	for word := range words(key) {
		if w, ok := n.words[strings.ToLower(word)]; ok {
			word = w
		}
		first, size := utf8.DecodeRuneInString(word)
		b.WriteRune(unicode.ToUpper(first))
		b.WriteString(word[size:])
	}
	// The exceptions of semconv/templates/registry/go/helpers.j2.
	return strings.NewReplacer("RedisDatabase", "RedisDB", "IPTCP", "TCP", "IPUDP", "UDP", "Lineno", "LineNumber").Replace(b.String())
}

// words returns the words of a key.
func words(key string) func(yield func(string) bool) {
	return strings.FieldsFuncSeq(key, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// parameter returns the name of a parameter for an attribute: its last two words at most, in
// lower camel case, as in statusCode of http.response.status_code.
func (n *namer) parameter(key string) string {
	var all []string
	for w := range words(key) {
		all = append(all, w)
	}
	name := ""
	for i, w := range all {
		if i == 0 {
			name = strings.ToLower(w)
			continue
		}
		name += n.name(w)
	}
	if token.IsKeyword(name) {
		name += "Value"
	}
	return name
}

// isExported reports whether a name can be that of something exported.
func isExported(name string) bool { return token.IsIdentifier(name) && token.IsExported(name) }

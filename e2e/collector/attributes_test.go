package collector

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/knowledge/semconv"
)

const attributesHead = `# What became of attribute keys: the old ones, which a library or another service may still send,
# are set under their names of OpenTelemetry's semantic conventions %s, and taken away. A value under
# the new key is never overwritten; a key whose value would have to be changed stays as it is.
#
# Sources: the registry of the conventions (its deprecations), their schema files, and their
# changelog where these are silent. It holds what services and libraries for HTTP, RPC, databases and
# messaging send, on resources, spans, data points and log records. Names and units of metrics, which
# changed too (http.server.duration, in milliseconds), are not mapped.
processors:
  transform/attributes:
    error_mode: ignore
`

// rename is a line of the table: old becomes new on what has the kind, if the value is one of members.
type rename struct {
	old, new, kind string
	members        []string
}

// renames are the changes of keys that can be made without a look at more than the attribute:
// one key took the place of one, and the value means the same. So do those that depend on the
// kind of the span alone.
func renames() []rename {
	var list []rename
	for _, c := range semconv.Changes() {
		if !isCommon(c.Key) || strings.HasSuffix(c.Key, "*") {
			continue
		}
		if key, ok := c.Renamed(); ok {
			switch c.Values {
			case semconv.All:
				list = append(list, rename{old: c.Key, new: key})
			case semconv.Members:
				if target, ok := semconv.Lookup(key); ok && len(target.Members()) > 0 {
					list = append(list, rename{old: c.Key, new: key, members: target.Members()})
				}
			}
			continue
		}
		if c.Note != "" {
			continue
		}
		kinds := map[string][]string{}
		for _, target := range c.Targets() {
			kinds[target.On] = append(kinds[target.On], target.Key)
		}
		for _, kind := range []string{"client", "server", "producer", "consumer"} {
			if len(kinds[kind]) == 1 {
				list = append(list, rename{old: c.Key, new: kinds[kind][0], kind: kind})
			}
		}
	}
	return list
}

// isCommon reports whether a service sends it, or its libraries for HTTP, RPC, databases and
// messaging: no agent on a host, no single vendor's database, no phone.
func isCommon(key string) bool {
	return hasPrefix(key,
		"client.", "code.", "container.", "db.", "deployment.", "destination.", "enduser.", "faas.", "feature_flag.",
		"http.", "messaging.", "net.", "peer.", "rpc.", "server.", "source.", "telemetry.", "tls.") &&
		!hasPrefix(key, "db.cassandra.", "db.cosmosdb.", "db.elasticsearch.", "messaging.rocketmq.", "messaging.eventhubs.",
			"messaging.servicebus.", "net.host.carrier.", "net.host.connection.", "container.cpu.")
}

func hasPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// ofResources reports whether a key tells of where telemetry comes from, and not of what happened.
func (r rename) ofResources() bool {
	return hasPrefix(r.old, "container.", "deployment.", "faas.id", "telemetry.")
}

// statements maps renames within one kind of thing, such as span.
func statements(of string, all []rename) string {
	var whole, some, delete []string
	for _, r := range all {
		if r.ofResources() != (of == "resource") || r.kind != "" && of != "span" {
			continue
		}
		old, now := fmt.Sprintf("%s.attributes[%q]", of, r.old), fmt.Sprintf("%s.attributes[%q]", of, r.new)
		where := []string{now + " == nil", old + " != nil"}
		if r.kind != "" {
			where = append(where, "span.kind == SPAN_KIND_"+strings.ToUpper(r.kind))
		}
		if r.members != nil {
			where = append(where, fmt.Sprintf("IsMatch(%s, %q)", old, "^("+strings.Join(quoted(r.members), "|")+")$"))
		}
		set := fmt.Sprintf("          - set(%s, %s) where %s\n", now, old, strings.Join(where, " and "))
		if r.kind == "" && r.members == nil {
			whole = append(whole, set)
			delete = append(delete, fmt.Sprintf("          - delete_key(%s.attributes, %q)\n", of, r.old))
			continue
		}
		some = append(some, set, fmt.Sprintf("          - delete_key(%s.attributes, %q) where %s == %s\n", of, r.old, now, old))
	}
	return "      - statements:\n" + strings.Join(slices.Concat(whole, some, delete), "")
}

func quoted(items []string) []string {
	var list []string
	for _, s := range items {
		list = append(list, regexp.QuoteMeta(s))
	}
	return list
}

// attributes is the file deploy/collector/attributes.yaml.
func attributes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, attributesHead, semconv.Newest())
	all := renames()
	for _, signal := range []struct {
		name string
		of   []string
	}{
		{"trace", []string{"resource", "span"}},
		{"metric", []string{"resource", "datapoint"}},
		{"log", []string{"resource", "log"}},
	} {
		fmt.Fprintf(&b, "    %s_statements:\n", signal.name)
		for _, of := range signal.of {
			b.WriteString(statements(of, all))
		}
	}
	return b.Bytes()
}

// TestAttributesFile: the file is made from what Mintwright knows of the conventions.
func TestAttributesFile(t *testing.T) {
	name := filepath.Join("..", "..", "blueprints", "files", "deploy", "collector", "attributes.yaml")
	want := attributes()
	if update, _ := strconv.ParseBool(os.Getenv("UPDATE")); update {
		if err := os.WriteFile(name, want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the table of renames makes; run: UPDATE=1 go test -run AttributesFile", name)
	}
	t.Logf("%d renames", len(renames()))
}

package semconv

import (
	"slices"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	for key, want := range map[string]struct {
		kind   Type
		enum   bool
		last   string
		isLive bool
	}{
		"http.request.method":            {String, true, "1.43.0", true},
		"http.method":                    {String, false, "1.25.0", false},
		"http.response.status_code":      {Int, false, "1.43.0", true},
		"enduser.id":                     {String, false, "1.43.0", true},
		"jvm.memory.type":                {String, true, "1.27.0", true},
		"jvm.gc.cause":                   {String, false, "", true},
		"gen_ai.request.model":           {String, false, "1.41.0", true},
		"gen_ai.system":                  {String, true, "1.36.0", false},
		"http.request.header.x-id":       {StringSlice, false, "1.43.0", true},
		"k8s.pod.label.app.k8s.io/name":  {String, false, "1.43.0", true},
		"k8s.pod.labels.app":             {String, false, "", false},
		"rpc.response.status_code":       {String, false, "1.43.0", true},
		"db.cosmosdb.regions_contacted":  {StringSlice, false, "", false},
		"rpc.grpc.status_code":           {Int, true, "1.38.0", false},
		"android.app.state":              {String, true, "1.43.0", true}, // first in the table
		"vcs.ref.type":                   {String, true, "1.43.0", true},
		"aws.s3.upload_id":               {String, false, "1.43.0", true},
		"gcp.gce.instance.labels.team":   {String, false, "1.43.0", true},
		"rpc.grpc.request.metadata.x-id": {StringSlice, false, "1.38.0", false},
	} {
		k, ok := Lookup(key)
		if !ok {
			t.Errorf("Lookup(%q): not found", key)
			continue
		}
		if k.Type != want.kind || k.Enum != want.enum || k.Last != want.last || (k.Change == nil) != want.isLive {
			t.Errorf("Lookup(%q): want %+v, got %+v", key, want, k)
		}
	}
	for _, key := range []string{"", "http", "http.", "http.request.header.", "http.foo", "zzz.zzz", "a", ".", "http.method.x", "\n", "\t"} {
		if k, ok := Lookup(key); ok {
			t.Errorf("Lookup(%q): want nothing, got %+v", key, k)
		}
	}
	if k, _ := Lookup("host.cpu.family"); k.Type != String || k.Former != String|Int {
		t.Errorf("host.cpu.family: %+v", k)
	}
}

// TestComplete holds the three tables against one another: what the newest package has not is
// alive, changed, or known to be neither; and what a change leads to is alive.
func TestComplete(t *testing.T) {
	for line := range strings.Lines(table[1:]) {
		k := parse(strings.TrimSuffix(line, "\n"))
		got, ok := exact(k.Name)
		if !ok || got.Name != k.Name || k.Type == 0 || k.First == "" || k.Const == "" {
			t.Errorf("%s: %+v", k.Name, got)
		}
		_, alive := slices.BinarySearchFunc(live, k.Name, func(l liveKey, key string) int { return strings.Compare(l.key, key) })
		ns, _, _ := strings.Cut(k.Name, ".")
		moved := slices.Contains([]string{"gen_ai", "mcp", "openai"}, ns) && k.Last == "1.41.0"
		bare := slices.Contains([]string{"pool", "pool.name", "state", "type"}, k.Name)
		if known := k.Last == Newest() || alive || moved || bare; known != (got.Change == nil) {
			t.Errorf("%s: alive %t, changed %t", k.Name, known, got.Change != nil)
		}
	}
	if !slices.IsSortedFunc(changes, func(a, b Change) int { return strings.Compare(a.Key, b.Key) }) {
		t.Error("changes are not sorted")
	}
	for _, c := range changes {
		for _, to := range c.Targets() {
			if k, ok := Lookup(strings.Replace(to.Key, "*", "x", 1)); !ok || k.Change != nil {
				t.Errorf("%s: %q is not alive", c.Key, to.Key)
			}
		}
		if c.Source == "" {
			t.Errorf("%s: no source", c.Key)
		}
		if c.Values == None {
			continue
		}
		name, one := c.Renamed()
		old, _ := Lookup(strings.Replace(c.Key, "*", "x", 1))
		k, _ := Lookup(strings.Replace(name, "*", "x", 1))
		if !one || old.Type != k.Type {
			t.Errorf("%s: %s to %q, %s, is no rename", c.Key, old.Type, c.to, k.Type)
		}
		if c.Values == All && old.Enum && k.Enum {
			for _, m := range old.Members() {
				if k.members != "" && !k.Has(m) {
					t.Errorf("%s: %s has no member %q", c.Key, name, m)
				}
			}
		}
	}
	if !slices.IsSortedFunc(live, func(a, b liveKey) int { return strings.Compare(a.key, b.key) }) {
		t.Error("live is not sorted")
	}
	for _, l := range live {
		if k, _ := exact(l.key); k.Change != nil || k.Last == Newest() {
			t.Errorf("%s is not what live is for: %+v", l.key, k)
		}
	}
}

func TestNearest(t *testing.T) {
	for key, want := range map[string]string{
		"http.response.statuscode":  "http.response.status_code",
		"http.responseStatusCode":   "http.response.status_code",
		"http.response.status.code": "http.response.status_code",
		"http.resposne.status_code": "http.response.status_code",
		"http.statusCode":           "http.status_code",
		"http.request.methdo":       "http.request.method",
		"db.query_text":             "db.query.text",
		"service.instanse.id":       "service.instance.id",
		"messaging.destintion.name": "messaging.destination.name",
		"jvm.memory.pool_name":      "jvm.memory.pool.name",
		"deployment-environment":    "",
		"http.router":               "",
		"process.uid":               "",
		"k8s.pod.names":             "",
		"network.ipv6.address":      "",
		"server.sort":               "",
		"http.foo.bar":              "",
		"user.names":                "",
		"order.id":                  "",
		"key":                       "",
		"":                          "",
		".":                         "",
		"http.request.size.limit":   "",
		"host.id2":                  "",
	} {
		k, ok := Nearest(key)
		if !ok {
			k.Name = ""
		}
		if k.Name != want {
			t.Errorf("Nearest(%q): want %q, got %q", key, want, k.Name)
		}
	}
}

// TestNoKeyIsNear would tell of rules that are too lax: parts of the conventions that are near
// one another are words of their own.
func TestNoKeyIsNear(t *testing.T) {
	var keys []string
	for line := range strings.Lines(table[1:]) {
		k := parse(strings.TrimSuffix(line, "\n"))
		if k.Last == Newest() && !strings.HasSuffix(k.Name, "*") {
			keys = append(keys, k.Name)
		}
	}
	var near []string
	for _, a := range keys {
		for _, b := range keys {
			if a < b && IsNear(a, b) {
				near = append(near, a+" "+b)
			}
		}
	}
	want := []string{"aws.dynamodb.global_secondary_indexes aws.dynamodb.local_secondary_indexes"}
	if !slices.Equal(near, want) {
		t.Errorf("keys that are near one another: want %q, got %q", want, near)
	}
}

func TestVersions(t *testing.T) {
	v := Versions()
	if len(v) != 39 || v[0] != "1.4.0" || v[38] != Newest() || !slices.IsSortedFunc(v, Compare) {
		t.Errorf("%q", v)
	}
	for path, want := range map[string]string{
		Base + "1.12.0": "1.12.0", Base + "1.44.0": "1.44.0", Base + "1.43.0/httpconv": "", "go.opentelemetry.io/otel/semconv": "", Base: "", Base + "1": "",
	} {
		if got, ok := Version(path); ok != (want != "") || ok && got != want {
			t.Errorf("Version(%q): want %q, got %q", path, want, got)
		}
	}
	if got, ok := SchemaVersion("https://opentelemetry.io/schemas/1.17.0"); !ok || got != "1.17.0" {
		t.Error(got, ok)
	}
	k, _ := Lookup("http.method")
	for version, want := range map[string]bool{"1.4.0": true, "1.25.0": true, "1.24.7": true, "1.26.0": false, "1.3.0": false} {
		if k.In(version) != want {
			t.Errorf("http.method in %s: want %t", version, want)
		}
	}
	k, _ = Lookup("url.full")
	if !k.In("1.99.0") || k.In("1.4.0") {
		t.Error("url.full")
	}
}

func TestConst(t *testing.T) {
	for _, c := range [][3]string{
		{"1.12.0", "HTTPMethodKey", "http.method"}, {"1.43.0", "HTTPMethodKey", ""}, {"1.43.0", "HTTPMethod", ""}, {"1.17.0", "K8SReplicaSetNameKey", "k8s.replicaset.name"},
	} {
		if got, ok := Const(c[0], c[1]); got != c[2] || ok != (c[2] != "") {
			t.Errorf("Const(%s, %s): want %q, got %q", c[0], c[1], c[2], got)
		}
	}
}

func TestType(t *testing.T) {
	for _, s := range []string{"string", "int", "double", "boolean", "string[]", "int[]", "double[]", "boolean[]", "any"} {
		if k, ok := ParseType(s); !ok || k.String() != s {
			t.Errorf("%s: %s", s, k)
		}
	}
	if got := (String | Int).String(); got != "string or int" {
		t.Error(got)
	}
	if _, ok := ParseType("text"); ok {
		t.Error("text is no type")
	}
}

func TestTargets(t *testing.T) {
	k, _ := Lookup("net.peer.name")
	want := []Target{{"server.address", "client"}, {"client.address", "server"}}
	if got := k.Change.Targets(); !slices.Equal(got, want) {
		t.Errorf("want %v, got %v", want, got)
	}
	if _, ok := k.Change.Renamed(); ok {
		t.Error("net.peer.name has two targets")
	}
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Lookup("http.response.status_code")
	}
}

func BenchmarkNearest(b *testing.B) {
	for b.Loop() {
		Nearest("http.response.status_kode")
	}
}

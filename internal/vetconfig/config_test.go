package vetconfig

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/analyzers/policy"
)

func rules() []string {
	return []string{"spanctx.root", "spanctx.stale", "spanend.leak", "spanname.cardinality", "tlsconfig.obsolete", "tlsconfig.version"}
}

func full(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func read(in string) (Config, error) {
	return Read("vet.yaml", strings.NewReader(in), rules(), Defaults())
}

func TestRead(t *testing.T) {
	got, err := read(full(t))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Rules:  map[string]string{"spanname": "off", "spanctx.stale": "warning", "spanctx": "on", "tlsconfig.obsolete": "error"},
		Strict: true, FailOn: "warning", Confidence: "medium",
		Exclude: []string{"third_party", "**/zz_generated_*.go", "internal/[ab]/**/x?.go"},
		Require: []policy.Requirement{
			{Packages: []string{"example.com/shop/store/...", "example.com/shop/billing"}, Functions: []string{"(*Server).Handle*", "Import*", "(*).Do", "T.M"}, Reason: "these are what customers wait for"},
			{Packages: []string{"..."}, Functions: []string{"*"}},
		},
		Registries: []string{"telemetry/registry", "../shared/attributes.yaml"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, in := range good() {
		if got, err := read(in); err != nil || got.FailOn != "error" || got.Confidence != "high" {
			t.Errorf("%q: got %+v, %v", in, got, err)
		}
	}
	if diff := cmp.Diff(Config{FailOn: "error", Confidence: "high"}, Defaults()); diff != "" {
		t.Errorf("the defaults (-want +got):\n%s", diff)
	}
}

// good are files that change no choice.
func good() []string {
	return []string{
		"version: 1",
		"\ufeffversion: 1\r\n",
		"version: 1\nrules: {}\nexclude: []\nspans: {}\nregistries: []\n",
		"version: 1\nspans: {require: []}\n",
		"{version: 1, strict: false}",
	}
}

type bad struct {
	about, in string
	place     string // line:column
	field     string
	problem   string
	remedy    string
	unseen    bool // by the schema
}

func badFiles() []bad {
	in := func(s string) string { return "version: 1\n" + s + "\n" }
	span := func(s string) string { return in("spans:\n  require:\n    - " + s) }
	return []bad{
		{"empty", "", "", "", "the file is empty", `begin with "version: 1"`, false},
		{"comments alone", "# nothing\n", "", "", "the file is empty", `begin with "version: 1"`, false},
		{"null", "null\n", "1:1", "", "the file is empty", `begin with "version: 1"`, false},
		{"a list", "- version: 1\n", "1:1", "", "the file is a list, not keys with values", "begin with", false},
		{"no version", "strict: true\n", "1:1", "version", "missing", `begin the file with "version: 1"`, false},
		{"newer", "version: 2\nfuture: [x]\n", "1:10", "version", "2 is newer than this gen, which knows 1", "use a newer gen", false},
		{"version 0", "version: 0\n", "1:10", "version", "there never was a version 0", `write "version: 1"`, false},
		{"version of text", "version: one\n", "1:10", "version", `"one" is no version`, "write version: 1", false},
		{"version binary", "version: 0b10\n", "1:10", "version", `"0b10" is no version`, "write version: 1", false},
		{"version a list", "version: [1]\n", "1:10", "version", "it is a list, not a single value", "write one value", false},
		{"no YAML", "version: 1\n\tstrict: true\n", "2:1", "", "this is not YAML", "correct what stands there", true},
		{"two documents", "version: 1\n---\nversion: 1\n", "2:1", "", "more than one document", "keep one", true},
		{"not UTF-8", "version: 1\nstrict: \xff\n", "2:9", "", "the byte 0xff is not text", "save the file in UTF-8", true},
		{"NUL", "version: 1\x00\n", "1:11", "", "the byte 0x00 is not text", "save the file in UTF-8", true},
		{"unknown key", in("rule: {}"), "2:1", "rule", "there is no such key", `did you mean "rules"?`, false},
		{"unknown key, nothing near", in("xyz: {}"), "2:1", "xyz", "there is no such key", "there are version, rules, strict", false},
		{"key twice", in("strict: true\nstrict: true"), "3:1", "strict", "it is there twice, first on line 2", "keep one", true},
		{"key no word", in("[a]: b"), "2:1", "", "a key is a list, not a word", "write key: value", true},
		{"merge key", in("<<: {strict: true}"), "2:1", "", "a key is text, not a word", "write key: value", true},
		{"anchor", in("exclude: &a [x]"), "2:10", "exclude", "&a is an anchor", "take it away", true},
		{"alias", in("exclude: &a [x]\nregistries: *a"), "3:13", "registries", "*a is an alias", "write the value itself", true},
		{"tag", in("strict: !!bool true"), "2:9", "strict", "!!bool is a tag", "take it away", true},
		{"own tag", in("exclude: [!x y]"), "2:11", "exclude.0", "!x is a tag", "take it away", true},
		{"strict of text", in("strict: yes"), "2:9", "strict", `"yes" is text, not true or false`, "write true or false", false},
		{"failOn", in("failOn: warn"), "2:9", "failOn", `"warn" is none of error, warning, info, none`, "write one of these", false},
		{"confidence", in("confidence: hihg"), "2:13", "confidence", `"hihg" is none of`, `did you mean "high"?`, false},
		{"unknown rule", in("rules:\n  spanend.leek: off"), "3:3", "rules.spanend.leek", "there is no such rule or analyzer", `did you mean "spanend.leak"?`, false},
		{"unknown analyzer", in("rules: {zzz: off}"), "2:9", "rules.zzz", "there is no such rule or analyzer", "there are spanctx, spanctx.root", false},
		{"severity", in("rules: {spanend: high}"), "2:18", "rules.spanend", `"high" is none of off, on, info, warning, error`, "write one of these", false},
		{"rule true", in("rules: {spanend: true}"), "2:18", "rules.spanend", `"true" is true or false, not a word`, "write on or off", false},
		{"rules a list", in("rules: [spanend]"), "2:8", "rules", "it is a list, not keys with values", "write its keys below it", false},
		{"exclude a text", in("exclude: x"), "2:10", "exclude", "it is text, not a list", "write a list", false},
		{"exclude empty", in(`exclude: [""]`), "2:11", "exclude.0", "it is empty", "write it, or leave it out", false},
		{"exclude a number", in("exclude: [1]"), "2:11", "exclude.0", "it is a number, not text", `put it in quotes: "1"`, false},
		{"exclude absolute", in("exclude: [/a]"), "2:11", "exclude.0", `"/a": it does not lie in the module`, "write it from the module's root", true},
		{"exclude above", in("exclude: [a/../b]"), "2:11", "exclude.0", "it does not lie in the module", "without ./ and ..", true},
		{"exclude backslash", in(`exclude: ['a\b']`), "2:11", "exclude.0", "it has a backslash", "write folders with /", true},
		{"exclude bracket", in(`exclude: ["a[b"]`), "2:11", "exclude.0", "a bracket in it is not closed", "close it", true},
		{"exclude half **", in(`exclude: ["a**/b"]`), "2:11", "exclude.0", "a ** in it is not a whole folder", "write **/ before it", true},
		{"exclude many **", in(`exclude: ["**/**/**/**/**"]`), "2:11", "exclude.0", "more than 4 times **", "simpler", true},
		{"exclude control", in(`exclude: ["a\e"]`), "2:11", "exclude.0", "has a control character", "take it away", true},
		{"exclude long", in("exclude: [" + strings.Repeat("a", 600) + "]"), "2:11", "exclude.0", "it has 600 bytes", "write at most 512", false},
		{"exclude many", in("exclude: [" + strings.Repeat("a, ", 1000) + "a]"), "2:10", "exclude", "it has 1001 items", "keep at most 1000", false},
		{"spans key", in("spans: {required: []}"), "2:9", "spans.required", "there is no such key", `did you mean "require"?`, false},
		{"require key", span("packages: [a]\n      functions: [F]\n      why: x"), "6:7", "spans.require.0.why", "there is no such key", "there are packages, functions, reason", false},
		{"require without packages", span("functions: [F]"), "4:7", "spans.require.0.packages", "missing", "write packages: […]", false},
		{"require without functions", span("packages: [a]\n      functions: []"), "5:18", "spans.require.0.functions", "it is empty", "write one at least", false},
		{"require relative", span("packages: [./...]\n      functions: [F]"), "4:18", "spans.require.0.packages.0", `"./...": this is no import path`, "write it in full", true},
		{"require space", span("packages: [a b]\n      functions: [F]"), "4:18", "spans.require.0.packages.0", "this is no import path", "write it in full", true},
		{"require function", span("packages: [a]\n      functions: [F()]"), "5:19", "spans.require.0.functions.0", `"F()": this is no name of a function`, `write "F"`, true},
		{"require wild packages", span("packages: [a...b...c...d...e...]\n      functions: [F]"), "4:18", "spans.require.0.packages.0", "more than 4 times ...", "simpler", true},
		{"require wild functions", span("packages: [a]\n      functions: ['(*a*b).*c*d*e*']"), "5:19", "spans.require.0.functions.0", "more than 4 times *", "simpler", true},
		{"require reason", span("packages: [a]\n      functions: [F]\n      reason: |\n        a\n        b"), "6:15", "spans.require.0.reason", "it has more than one line", "write one", true},
		{"require text", span("x"), "4:7", "spans.require.0", "it is text, not keys with values", "write its keys", false},
		{"registry absolute", in("registries: [/etc/x]"), "2:14", "registries.0", "it holds on one machine alone", "from this file's folder", true},
		{"registry of a drive", in(`registries: ['C:x']`), "2:14", "registries.0", "it holds on one machine alone", "from this file's folder", true},
		{"registry backslash", in(`registries: ['a\b']`), "2:14", "registries.0", "it has a backslash", "write folders with /", true},
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range badFiles() {
		_, err := read(c.in)
		found := false
		for _, f := range Faults(err) {
			place := ""
			if f.Line > 0 {
				place = fmt.Sprintf("%d:%d", f.Line, f.Column)
			}
			found = found || place == c.place && f.Field == c.field && strings.Contains(f.Problem, c.problem) && strings.Contains(f.Remedy, c.remedy)
		}
		if !found {
			t.Errorf("%s: want %s %s: %s; %s\ngot %v", c.about, c.place, c.field, c.problem, c.remedy, err)
		}
	}
}

// All faults are told at once, in the order of the file.
func TestReadAll(t *testing.T) {
	_, err := read("version: 1\nstrict: 1\nrules: {spanend: of, x: on}\nfailOn: never\n")
	want := `vet.yaml:2:9: strict: "1" is a number, not true or false; write true or false
vet.yaml:3:18: rules.spanend: "of" is none of off, on, info, warning, error; write one of these
vet.yaml:3:22: rules.x: there is no such rule or analyzer; there are spanctx, spanctx.root, spanctx.stale, spanend, spanend.leak, spanname, spanname.cardinality, tlsconfig, tlsconfig.obsolete, tlsconfig.version
vet.yaml:4:9: failOn: "never" is none of error, warning, info, none; write one of these`
	if err == nil || err.Error() != want {
		t.Errorf("want\n%s\ngot\n%v", want, err)
	}
	if got := len(Faults(err)); got != 4 {
		t.Errorf("want 4 faults, got %d", got)
	}
	var many strings.Builder
	many.WriteString("version: 1\n")
	for i := range 1000 {
		fmt.Fprintf(&many, "k%d: 1\n", i)
	}
	if _, err := read(many.String()); len(Faults(err)) != maxFaults {
		t.Errorf("want %d faults, got %d", maxFaults, len(Faults(err)))
	}
}

// What an alias multiplies is never multiplied.
func TestReadLaughs(t *testing.T) {
	var in strings.Builder
	in.WriteString("version: 1\na0: &a0 [x]\n")
	for i := range 30 {
		fmt.Fprintf(&in, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), i)
	}
	if _, err := read(in.String()); len(Faults(err)) == 0 {
		t.Errorf("got %v", err)
	}
	if _, err := read("version: 1\nexclude: " + strings.Repeat("[", 200_000)); err == nil {
		t.Error("no error for what is nested without end")
	}
}

// endless is a file of any size that counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return copy(p, bytes.Repeat([]byte("#"), len(p))), nil
}

func TestReadTooMuch(t *testing.T) {
	e := &endless{}
	_, err := Read("vet.yaml", e, nil, Defaults())
	if list := Faults(err); len(list) != 1 || list[0].Error() != "vet.yaml: the file has more than 1 MiB; give a configuration of at most 1 MiB" {
		t.Errorf("got %v", err)
	}
	if e.read > 4*maxBytes {
		t.Errorf("%d bytes were read", e.read)
	}
	if _, err := Read("vet.yaml", broken{}, nil, Defaults()); !errors.Is(err, io.ErrClosedPipe) || Faults(err) != nil {
		t.Errorf("got %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestEffective(t *testing.T) {
	c, err := read(full(t))
	if err != nil {
		t.Fatal(err)
	}
	attributes := []policy.Attribute{{Key: "b", Type: "int"}, {Key: "a", Type: "string", Deprecated: "x<y"}}
	const want = `{"rules":{"spanctx":"on","spanctx.stale":"warning","spanname":"off","tlsconfig.obsolete":"error"},"strict":true,` +
		`"exclude":["**/zz_generated_*.go","internal/[ab]/**/x?.go","third_party"],` +
		`"require":[{"packages":["example.com/shop/store/...","example.com/shop/billing"],"functions":["(*Server).Handle*","Import*","(*).Do","T.M"],"reason":"these are what customers wait for"},{"packages":["..."],"functions":["*"]}],` +
		`"attributes":[{"key":"a","type":"string","deprecated":"x<y"},{"key":"b","type":"int"}],"woven":true}`
	got, err := Effective(c, attributes, true)
	if err != nil || string(got) != want {
		t.Errorf("want %s\ngot  %s, %v", want, got, err)
	}
	if got, err := Effective(Defaults(), nil, false); err != nil || string(got) != "{}" {
		t.Errorf("got %s, %v", got, err)
	}
	if c.Exclude[0] != "third_party" || attributes[0].Key != "b" {
		t.Error("Effective has changed what it was given")
	}
	// The analyzers take what is made for them.
	if err := policy.Analyzer.Flags.Set("config", want); err != nil {
		t.Error(err)
	}
}

// compiled is Schema after the meta-schema of draft 2020-12 has accepted it.
func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema(rules())))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON is a YAML document with the types that a schema knows.
func asJSON(data string) (any, error) {
	var doc any
	if err := yaml.Unmarshal([]byte(data), &doc); err != nil {
		return nil, err
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}

func TestSchema(t *testing.T) {
	s := compiled(t)
	for _, in := range append(good(), full(t)) {
		doc, err := asJSON(in)
		if err == nil {
			err = s.Validate(doc)
		}
		if err != nil {
			t.Errorf("what is right is refused: %v\n%s", err, in)
		}
	}
	for _, c := range badFiles() {
		doc, err := asJSON(c.in)
		if err == nil && (s.Validate(doc) == nil) != c.unseen {
			t.Errorf("%s: want it refused: %t, got %v", c.about, !c.unseen, s.Validate(doc))
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(full(f))
	for _, in := range good() {
		f.Add(in)
	}
	for _, c := range badFiles() {
		f.Add(c.in)
	}
	s := compiled(f)
	f.Fuzz(func(t *testing.T, in string) {
		c, err := read(in)
		if err != nil {
			if len(Faults(err)) == 0 {
				t.Errorf("an error without a place: %v", err)
			}
			for _, fault := range Faults(err) {
				if fault.Problem == "" || fault.Remedy == "" || strings.ContainsAny(fault.Error(), "\x1b\x07\x00") {
					t.Errorf("%q", fault.Error())
				}
			}
			return
		}
		// What is read is right for the schema and for the analyzers.
		doc, err := asJSON(in)
		if err == nil {
			err = s.Validate(doc)
		}
		if err != nil {
			t.Errorf("the schema: %v", err)
		}
		flag, err := Effective(c, nil, false)
		if err == nil {
			err = policy.Analyzer.Flags.Set("config", string(flag))
		}
		if err != nil {
			t.Errorf("the analyzers: %v", err)
		}
	})
}

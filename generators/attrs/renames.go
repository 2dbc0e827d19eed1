package attrs

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/registry"
)

// maxRenames is how often a key may have been renamed.
const maxRenames = 100

// rename is a key that is called otherwise today.
type rename struct{ from, to string }

// renamesOf returns the renamed keys with what they are called in the end, sorted.
func renamesOf(list []registry.Attribute) []rename {
	next := map[string]string{}
	for i := range list {
		if d := list[i].Deprecated; d != nil && d.RenamedTo != "" {
			next[list[i].Key] = d.RenamedTo
		}
	}
	return followed(next)
}

// metricRenames is the same for the names of metrics.
func metricRenames(list []registry.Metric) []rename {
	next := map[string]string{}
	for i := range list {
		if d := list[i].Deprecated; d != nil && d.RenamedTo != "" && list[i].ID == list[i].Name {
			next[list[i].Name] = d.RenamedTo
		}
	}
	return followed(next)
}

// followed returns the pairs, each with the last of the names that it leads to.
func followed(next map[string]string) []rename {
	var all []rename
	for from, to := range next {
		for range maxRenames {
			if further, ok := next[to]; !ok {
				break
			} else {
				to = further
			}
		}
		all = append(all, rename{from, to})
	}
	slices.SortFunc(all, func(a, b rename) int { return strings.Compare(a.from, b.from) })
	return all
}

// checkRenames reports keys that are renamed in a circle, and warns of new names that nobody
// defines.
func (b *builder) checkRenames(o Options) {
	defined := map[string]*registry.Attribute{}
	for i := range b.registry.Attributes {
		defined[b.registry.Attributes[i].Key] = &b.registry.Attributes[i]
	}
	for _, a := range b.registry.Attributes {
		if a.Deprecated == nil || a.Deprecated.RenamedTo == "" {
			continue
		}
		to := a.Deprecated.RenamedTo
		seen := map[string]bool{a.Key: true}
		for at := defined[to]; at != nil && at.Deprecated != nil && at.Deprecated.RenamedTo != "" && !seen[to] && len(seen) <= maxRenames; at = defined[to] {
			seen[to] = true
			to = at.Deprecated.RenamedTo
		}
		switch {
		case len(seen) > maxRenames:
			b.fault(a.File, a.Line, a.Column, "let renamed_to name the key that is in force", "attribute %q was renamed more than %d times", a.Key, maxRenames)
		case seen[to]:
			b.fault(a.File, a.Line, a.Column, "let renamed_to name the key that is in force", "attribute %q was renamed to %q, which leads back to it", a.Key, a.Deprecated.RenamedTo)
		case defined[to] == nil && !isOfficialKey(to) && !b.isForeign(to):
			b.warn(a.File, a.Line, a.Column, "define it, or correct renamed_to", "attribute %q was renamed to %q, which is not defined", a.Key, to)
		}
	}
	if o.Renames != "" && b.registry.SchemaURL == "" && len(b.faults) == 0 {
		b.fault(anyFile(b.registry), 0, 0, "write manifest.yaml beside it, with schema_url: https://acme.example/schemas/1.0.0", "-renames writes a schema file, and the registry has no schema URL")
	}
}

func isOfficialKey(key string) bool { _, ok := officialAttribute(key); return ok }

func (b *builder) isForeign(key string) bool {
	return slices.ContainsFunc(b.registry.Foreign, func(a registry.Attribute) bool { return a.Key == key })
}

// anyFile returns a file of the registry.
func anyFile(r *registry.Registry) string {
	if len(r.Attributes) > 0 {
		return r.Attributes[0].File
	}
	return "registry"
}

// yamlText writes a key, URL or version as YAML has to have it.
func yamlText(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:-"
	dots := strings.Count(s, ".")
	isPlain := strings.Trim(s, plain) == "" && dots > 0 && !strings.HasSuffix(s, ":") && !strings.ContainsAny(s[:1], ".-:/")
	if isPlain && (dots > 1 || strings.ContainsAny(s[:1], "abcdefghijklmnopqrstuvwxyz")) {
		return s // neither a number nor a word that YAML knows
	}
	quoted, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always has a form in JSON
	}
	return string(quoted)
}

// madeBy returns the line that says which command wrote a file, without the slashes.
func madeBy(m *model) string { return strings.TrimPrefix(m.header[0], "// ") }

// renamesFile writes the renames as a schema file, file format 1.1.0 of
// https://opentelemetry.io/docs/specs/otel/schemas/.
func renamesFile(m *model, r *registry.Registry) ([]byte, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n#\n", madeBy(m))
	b.WriteString("# What attributes and metrics were called before. The schema processor of the OpenTelemetry\n")
	b.WriteString("# collector reads it, and so does gen vet under registries: in mintwright-vet.yaml.\n")
	fmt.Fprintf(&b, "file_format: 1.1.0\nschema_url: %s\nversions:\n", yamlText(r.SchemaURL))
	version := registry.Version(r.SchemaURL)
	keys, metrics := renamesOf(r.Attributes), metricRenames(r.Metrics)
	if len(keys)+len(metrics) == 0 {
		fmt.Fprintf(&b, "  %s: {}\n", yamlText(version))
		return []byte(b.String()), nil
	}
	fmt.Fprintf(&b, "  %s:\n", yamlText(version))
	if len(keys) > 0 {
		b.WriteString("    all:\n      changes:\n        - rename_attributes:\n            attribute_map:\n")
		for _, k := range keys {
			fmt.Fprintf(&b, "              %s: %s\n", yamlText(k.from), yamlText(k.to))
		}
	}
	if len(metrics) > 0 {
		b.WriteString("    metrics:\n      changes:\n        - rename_metrics:\n")
		for _, k := range metrics {
			fmt.Fprintf(&b, "            %s: %s\n", yamlText(k.from), yamlText(k.to))
		}
	}
	return []byte(b.String()), nil
}

// collectorFile writes the renames as statements of the collector's transform processor, which
// act on all telemetry, whatever schema it says that it follows.
func collectorFile(m *model, r *registry.Registry) ([]byte, error) {
	keys := renamesOf(r.Attributes)
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n#\n", madeBy(m))
	b.WriteString("# What became of attribute keys: the old ones, which others may still send, are set under their\n")
	b.WriteString("# new names and taken away. A value under the new key is never overwritten. Give the file to the\n")
	b.WriteString("# collector with a --config of its own, and name the processor in its pipelines.\n")
	b.WriteString("processors:\n  transform/renames:\n    error_mode: ignore\n")
	for _, s := range [...]struct{ signal, context string }{{"trace", "span"}, {"metric", "datapoint"}, {"log", "log"}} {
		if len(keys) == 0 {
			fmt.Fprintf(&b, "    %s_statements: []\n", s.signal)
			continue
		}
		fmt.Fprintf(&b, "    %s_statements:\n", s.signal)
		statements(&b, "resource", keys)
		statements(&b, s.context, keys)
	}
	return []byte(b.String()), nil
}

// statements writes the renames for attributes of one kind of telemetry.
func statements(b *strings.Builder, context string, keys []rename) {
	b.WriteString("      - statements:\n")
	at := func(key string) string { return fmt.Sprintf("%s.attributes[%q]", context, key) }
	for _, k := range keys {
		s := fmt.Sprintf("set(%s, %s) where %s == nil and %s != nil", at(k.to), at(k.from), at(k.to), at(k.from))
		fmt.Fprintf(b, "          - %s\n", yamlStatement(s))
	}
	for _, k := range keys {
		fmt.Fprintf(b, "          - %s\n", yamlStatement(fmt.Sprintf("delete_key(%s.attributes, %q)", context, k.from)))
	}
}

// yamlStatement quotes a statement that YAML would read as something else.
func yamlStatement(s string) string {
	if strings.Contains(s, ": ") || strings.Contains(s, " #") {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return s
}

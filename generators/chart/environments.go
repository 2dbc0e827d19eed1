package chart

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mintwright/mintwright/generators/answers"
)

// environmentYAML is what differs in one environment; the rest stands in values.yaml.
func environmentYAML(a answers.Answers, name string) []byte {
	var intro string
	var rows []row
	switch name {
	case "values-dev.yaml":
		intro, rows = "One pod that says a lot, in a cluster to try things out.", development(a)
	case "values-staging.yaml":
		intro, rows = "As in production, but smaller.", staging(a)
	default:
		intro, rows = "Production. A release without the image's digest is refused: the pipeline writes it here.", production(a)
		if a.CI == "none" {
			intro = "Production. A release without the image's digest is refused: write it here."
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# yaml-language-server: $schema=%s\n#\n", SchemaFile)
	comment(&b, "", intro+" What differs from values.yaml:")
	b.WriteByte('\n')
	writeRows(&b, "", rows)
	return b.Bytes()
}

// set is a value of an environment.
func set(key string, v any) row { return row{key: key, def: v} }

func development(a answers.Answers) []row {
	return slices.Concat(
		when(true,
			set("environment", "development"),
			set("replicas", 1),
			section("autoscaling", "", set("mode", "none")),
			section("podDisruptionBudget", "", set("enabled", false)),
			set("logLevel", "debug"),
		),
		when(slices.Contains(a.Telemetry.Signals, "traces"), section("telemetry", "", set("sampling", 1))),
		when(a.Store != "none", section("database", "", row{
			key: "peers", def: list{object{{key: "podSelector", value: object{}}}},
		})),
		when(true, section("monitoring", "", section("rules", "", set("enabled", false)))),
	)
}

func staging(a answers.Answers) []row {
	rows := []row{set("environment", "staging")}
	if !repeats(a) {
		rows = append(rows, section("autoscaling", "", set("minReplicas", 2), set("maxReplicas", 4)))
	}
	return rows
}

func production(a answers.Answers) []row {
	rows := []row{
		set("environment", "production"),
		section("image", "", set("requireDigest", true), set("digest", "")),
	}
	if !repeats(a) {
		rows = append(rows, set("replicas", 3), section("autoscaling", "", set("minReplicas", 3), set("maxReplicas", 20)))
	}
	return rows
}

package floors

// room is a folder, or with a path that ends in "/..." a folder and all below it, and
// what its packages may import.
type room struct {
	path  string
	ours  []string // rooms of ours, by the same kind of path
	std   bool     // of others, the standard library alone
	never []string // packages of others, and what is below them
	but   []string // exceptions from never, exact
}

const (
	survey = "github.com/AlecAivazis/survey"
	spiffe = "github.com/spiffe/go-spiffe"
	otel   = "go.opentelemetry.io"
)

// house returns the rooms, from the top down. A new room gets a line here.
func house() []room {
	return []room{
		{path: "cmd/gen", ours: []string{"..."}},
		{path: "golden", ours: []string{"..."}}, // tests alone
		{path: "docs", ours: []string{"..."}},   // tests alone

		{path: "generators/render", ours: []string{
			"generators/answers", "generators/plan", "generators/chart", "generators/gomod", "blueprints", "blueprints/locks",
			"generators/proto", "internal/tree", "internal/names", "internal/lock", "internal/snapshot",
		}, never: []string{spiffe}, but: []string{spiffe + "/v2/spiffeid"}},
		{
			path: "generators/plan", ours: []string{"generators/answers", "blueprints", "internal/tree", "internal/names"},
			never: []string{spiffe}, but: []string{spiffe + "/v2/spiffeid"},
		},
		{path: "generators/chart", ours: []string{"generators/answers", "internal/names"}, never: []string{spiffe}, but: []string{spiffe + "/v2/spiffeid"}},
		{path: "generators/proto", ours: []string{"blueprints", "internal/fault", "internal/names", "internal/tree", "internal/workspace"}, never: []string{spiffe}},
		{path: "generators/source", ours: []string{"internal/fault", "internal/names", "internal/workspace"}, never: []string{otel, spiffe}},
		{path: "generators/trace", ours: []string{"generators/source", "internal/fault", "internal/names", "internal/stamp", "internal/tree"}, never: []string{otel, spiffe}},
		{
			path: "generators/client", ours: []string{"blueprints/client", "generators/source", "internal/fault", "internal/names", "internal/stamp", "internal/tree"},
			never: []string{otel, spiffe}, but: []string{spiffe + "/v2/spiffeid"},
		},
		{path: "generators/attrs", ours: []string{
			"internal/registry", "internal/fault", "internal/names", "internal/stamp", "internal/tree", "internal/knowledge/...",
		}, never: []string{otel, spiffe}},
		{path: "generators/gomod", ours: []string{"blueprints/locks"}, never: []string{spiffe}},
		{
			path: "generators/answers", ours: []string{"internal/names"},
			never: []string{spiffe}, but: []string{spiffe + "/v2/spiffeid"},
		},

		// They know these APIs by path, so that users of any version are covered.
		{path: "analyzers/...", ours: []string{"analyzers/...", "internal/knowledge/...", "internal/names", "internal/registry", "internal/stamp", "internal/directive"}, never: []string{otel, spiffe, "crypto/tls"}},

		{path: "blueprints", ours: []string{"internal/tree"}, std: true},
		{path: "blueprints/locks", std: true},
		// It is emitted into modules of others, or into a service of ours.
		{path: "blueprints/client/...", ours: []string{"blueprints/client/...", "blueprints/service/..."}},
		// It will live in someone else's module, its tests too.
		{path: "blueprints/service/...", ours: []string{"blueprints/service/..."}},

		{path: "internal/dev/...", ours: []string{"internal/dev/...", "blueprints/service/...", "internal/names", "internal/tree"}},
		{path: "internal/bench", ours: []string{"blueprints/service/...", "internal/dev/..."}}, // the command of `make bench`
		{path: "internal/bench/byhand", ours: []string{"blueprints/service/..."}},              // the contract that both serve
		{path: "internal/baseline", ours: []string{"internal/report"}},
		// The areas judge what others have made, so they may know how that is done.
		{path: "internal/chart"},
		{path: "internal/check/...", ours: []string{
			"analyzers/...", "blueprints/...", "generators/...", "internal/chart", "internal/check/...", "internal/choices", "internal/fault", "internal/generate", "internal/knowledge/...", "internal/lock",
			"internal/names", "internal/report", "internal/snapshot", "internal/tree", "internal/vet", "internal/vetconfig",
		}, never: []string{spiffe}, but: []string{spiffe + "/v2/spiffeid"}},
		{path: "internal/brokertest", ours: []string{"blueprints/service/..."}}, // tests alone
		{path: "internal/difftest", ours: []string{"blueprints/service/..."}},   // tests alone
		{path: "internal/choices", ours: []string{"generators/answers"}},        // for tests
		{path: "internal/directive", std: true},
		{path: "internal/disk", ours: []string{"internal/tree"}},
		{path: "internal/fault", std: true},
		{path: "internal/fix", ours: []string{"internal/report"}},
		{path: "internal/floors", std: true},
		{path: "internal/genbench", std: true}, // the command of `make bench-generate`
		{path: "internal/generate", ours: []string{
			"generators/source", "generators/trace", "generators/client", "generators/attrs", "generators/proto",
			"internal/directive", "internal/fault", "internal/names", "internal/registry", "internal/stamp", "internal/tree", "internal/workspace",
		}},
		{path: "internal/lockrecord", ours: []string{"generators/...", "blueprints/locks"}}, // the command of `make lock`

		{path: "internal/newanalyzer", ours: []string{"internal/names"}, std: true}, // the command of `make analyzer`

		{path: "internal/pgtest", std: true}, // the command of `make e2e-postgres`
		{path: "internal/picture"},           // the command of `make pictures`
		{path: "internal/report", ours: []string{"internal/report/sariftest"}},
		{path: "internal/report/sariftest"}, // for tests
		{path: "internal/registry", ours: []string{"internal/fault", "internal/names"}},
		{path: "internal/snapshot", ours: []string{"internal/tree"}, std: true},
		{path: "internal/knowledge/...", ours: []string{"internal/knowledge/..."}, std: true},
		{path: "internal/lock", ours: []string{"internal/tree"}, std: true},
		{path: "internal/names", std: true},
		{path: "internal/stamp", ours: []string{"internal/directive"}, std: true},
		{path: "internal/tree", std: true},
		{path: "internal/workspace"},
		{path: "internal/vet", ours: []string{"analyzers/policy", "analyzers/spancoverage", "internal/report", "internal/vetconfig", "internal/registry", "internal/stamp", "internal/workspace"}},
		{path: "internal/vetbench/..."}, // the command of `make bench-vet`
		{path: "internal/vetconfig", ours: []string{"analyzers/policy", "internal/names", "internal/report"}},
		{path: "internal/vetscore", ours: []string{"analyzers"}}, // the command of `make vet-score`
		// The command of `make generate-evidence`; probe lives in the module that it makes.
		{path: "internal/wild", ours: []string{"generators/source", "generators/trace", "internal/fault", "internal/names", "internal/tree", "internal/wild/probe"}},
		{path: "internal/wild/probe"},
	}
}

// reserved returns packages that certain files alone import.
func reserved() []struct{ pkg, files string } {
	return []struct{ pkg, files string }{
		{survey, "cmd/gen/prompt*.go"},
		{"golang.org/x/tools/go/packages", "generators/source/*.go"},
	}
}

// registers returns the files whose init makes a plugin known; whoever runs it knows no other way.
func registers() []string { return []string{"analyzers/golangci/plugin.go"} }

// exits returns the files that may end the process.
func exits() []string {
	return []string{"cmd/gen/main.go", "internal/lockrecord/main.go", "internal/bench/main.go", "internal/bench/byhand/main.go", "internal/genbench/main.go", "internal/newanalyzer/main.go", "internal/pgtest/main.go", "internal/picture/main.go", "internal/vetbench/main.go", "internal/vetscore/main.go", "internal/wild/main.go"}
}

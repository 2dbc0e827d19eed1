# The two that do all the set-up: "make demo" and "make test". They need Go and git;
# everything else is brought by go itself, at the versions of go.mod and tools.mod.
# No build flags, here or in the tests: one set of them fills one build cache.

TOOL     := go tool -modfile=tools.mod
FUZZTIME := 200000x
SOAK     := 30m
ORACLES  := ./agreement ./chart ./crds ./dockerfile ./kubernetes ./manifests ./observe ./pipeline ./policy ./rules ./collector

.PHONY: help build demo test short race fuzz golden analyzer lock docs lint fix bench bench-vet bench-generate generate-evidence oracle-proto oracle-attrs vet-score vet-torture charts oracle e2e-image e2e-kube e2e-postgres fips soak pictures ci

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' Makefile

build: ## build bin/gen
	go build -o bin/ ./cmd/gen

demo: build ## make two services, run them and let one call the other over mutual TLS
	bin/gen demo

test: ## everything that must hold; a package has longer than Go's ten minutes where all is compiled anew
	go test -timeout 40m ./...

short: ## the tests for every save: no emitted service is built or run
	go test -short ./...

race: ## the tests under the race detector (needs a C compiler)
	go test -timeout 60m -race ./...

fuzz: ## each fuzz target with FUZZTIME inputs
	@set -e; list=$$(go test -list '^Fuzz' ./...); \
	echo "$$list" | awk '/^Fuzz/ { f[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print $$2, f[i]; n = 0 }' | \
	while read -r pkg target; do \
		echo "$$pkg $$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 50x "$$pkg" </dev/null; \
	done

charts: ## our chart and the famous ones in the folder CHARTS through the same checks, as in docs/charts.md
	cd e2e && GOFLAGS= GOWORK=off CHARTS="$(abspath $(CHARTS))" go test -count 1 -v -timeout 30m -run 'TestFamous$$' ./compare

oracle: ## let Helm, Kubernetes' libraries, promtool, actionlint, BuildKit and the collector judge what is emitted
	cd e2e && GOFLAGS= GOWORK=off go vet ./... && GOFLAGS= GOWORK=off go run ./oracle $(ORACLES)
	cd e2e && GOFLAGS= GOWORK=off go test -run 'TestOurs$$' ./compare

e2e-image: ## build the images of golden services with Docker and run them hardened; with BENCH=1 measure them too
	cd e2e && GOFLAGS= GOWORK=off BENCH="$(BENCH)" go test -count 1 -v -timeout 60m ./image

e2e-kube: ## let a real API server with a real etcd, and Helm, take what is emitted; built the first time
	cd e2e && E2E_KUBE=1 GOFLAGS= GOWORK=off go test -count 1 -v -timeout 90m ./kube

e2e-postgres: ## the tests of what keeps its data in PostgreSQL, against Debian's
	go run ./internal/pgtest go test -count 1 ./blueprints/service/store/... ./blueprints/service/greetings ./blueprints/service/worker/pgqueue ./internal/brokertest
	go run ./internal/pgtest go test -count 1 -run Database ./internal/dev

fips: ## the tests of an emitted service with the FIPS 140-3 module of Go
	cd golden/full && GOFLAGS= GOWORK=off GOFIPS140=latest go test ./...

golden: ## write the golden services and the README's output anew; read the diff
	UPDATE=1 go test -count 1 -run 'TestBlueprint$$' ./generators/proto
	UPDATE=1 go test -count 1 -run 'TestServices$$|TestDeltas$$|TestBlueprintWiring$$' ./golden
	UPDATE=1 go test -count 1 -run 'TestReadmeRun$$' ./docs

analyzer: ## make the folder of a new analyzer, NAME
	@go run ./internal/newanalyzer "$(NAME)"

lock: ## record the go.mod and go.sum material of services, after a change of versions or imports
	go run ./internal/lockrecord

docs: ## write docs/analyzers.md, the rules of docs/check.md, the example of docs/generate.md and the schema of mintwright-vet.yaml
	UPDATE=1 go test -count 1 -run 'TestAnalyzersPage$$|TestCheckPage$$|TestVetSchema$$' ./docs

lint: build ## look for mistakes; changes nothing
	@files=$$($(TOOL) gofumpt -l .) && if [ -n "$$files" ]; then echo "not formatted, see make fix:" && echo "$$files" && exit 1; fi
	go vet ./...
	$(TOOL) staticcheck ./...
	go fix -diff ./...
	go mod tidy -diff
	bin/gen vet --fail-on warning
	@set -e; for d in golden/*/go.mod; do (cd $${d%go.mod} && GOFLAGS= GOWORK=off ../../bin/gen vet --fail-on warning); done

fix: ## mend what lint finds and a tool can mend
	go fix ./...
	$(TOOL) gofumpt -w .
	go mod tidy

soak: ## let everything go wrong for SOAK under load, and print the tables of docs/failure-modes.md
	SOAK=$(SOAK) go run ./internal/pgtest go test -count 1 -v -timeout 2h -run 'TestSoak$$' ./golden

pictures: build ## record the README's pictures anew, from bin/gen at a terminal
	go run ./internal/picture bin/gen docs/pictures

bench: ## measure what docs/performance.md says, on a Linux machine at rest; with PROFILE=folder store profiles
	go run ./internal/bench $(if $(PROFILE),-profile $(PROFILE))

bench-vet: ## measure gen vet beside go vet, on a Linux machine at rest
	go run ./internal/vetbench

bench-generate: ## measure gen generate beside one process a line, and beside go list
	go run ./internal/genbench

generate-evidence: build ## make decorators for the interfaces of large public modules, compile and run them; downloads the modules
	go run ./internal/wild -gen bin/gen

oracle-proto: ## hold gen proto against protoc, buf and known plugins, where they are installed
	PROTO_ORACLE=1 go test -count 1 -v -timeout 60m -run 'Oracle$$|TestRealPlugins$$|TestBuf' ./generators/proto

oracle-attrs: ## hold gen attrs against the released Go package; SEMCONV_REGISTRY names the folder model of OpenTelemetry's registry
	SEMCONV_REGISTRY="$(abspath $(SEMCONV_REGISTRY))" go test -count 1 -v -run 'TestOfficial' ./generators/attrs ./internal/registry

vet-score: ## recall and precision of gen vet on labelled cases, beside those of its peers
	go run ./internal/vetscore

vet-torture: ## the analyzers over Go's own src and test, and what monsters take a line; minutes
	VET_TORTURE=1 go test -count 1 -v -timeout 60m -run 'TestGoDistribution$$' ./analyzers
	go test -run '^$$' -bench 'Monsters' -benchtime 1x -timeout 60m ./analyzers

ci: lint test oracle ## what .ci/run runs

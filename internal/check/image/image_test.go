package image

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
	"github.com/mintwright/mintwright/internal/choices"
)

// service is what gen new emits.
func service(t *testing.T) fstest.MapFS {
	t.Helper()
	return checktest.Service(t, checktest.Answers(t)).FS.(fstest.MapFS)
}

func judged(t testing.TB, fsys fs.FS) ([]check.Result, []check.Unchecked) {
	t.Helper()
	return checktest.Judge(t, Area(), &check.Service{FS: fsys})
}

// told is a result as one line.
func told(r check.Result) string { return r.Rule + ": " + r.Message }

// TestEmitted: what gen new emits has no finding, and its base images have no digest yet.
func TestEmitted(t *testing.T) {
	for _, row := range choices.Pairs(choices.Dimensions()) {
		a, err := row.Answers()
		if err != nil {
			t.Fatal(err)
		}
		results, unchecked := judged(t, checktest.Service(t, a).FS)
		var notes []string
		for _, r := range results {
			notes = append(notes, r.Rule)
			if r.Severity != check.Note {
				t.Errorf("%v: %s:%d %s", row, r.File, r.Line, told(r))
			}
		}
		if want := []string{"image.base-digest", "image.base-digest"}; !slices.Equal(notes, want) || len(unchecked) > 0 {
			t.Errorf("%v: notes %q, unchecked %v", row, notes, unchecked)
		}
		if t.Failed() {
			return
		}
	}
}

// TestFaults breaks the emitted Dockerfile once for each rule, and more often where a rule has
// several ways to be broken.
func TestFaults(t *testing.T) {
	const distroless = "gcr.io/distroless/static-debian13:nonroot"
	tests := []struct {
		name, old, new string
		file           string // Dockerfile where it is ""
		want           string // the results, without those of the base images' digests
	}{
		{name: "nothing"},
		{name: "no FROM", old: "FROM", new: "# FROM", want: `image.invalid: it has no FROM`},
		{name: "unknown instruction", old: "USER 65532", new: "USR 65532", want: `image.invalid: there is no instruction "USR"`},
		{name: "here-document without end", old: "EXPOSE ", new: "COPY <<EOF /a\nEXPOSE ", want: `image.invalid: the here-document "EOF" has no end`},
		{name: "root", old: "USER 65532:65532", new: "USER 0", want: `image.user: USER 0 is root`},
		{name: "root by name", old: "USER 65532:65532", new: "USER root", want: `image.user: USER "root" is a name`},
		{name: "name", old: "USER 65532:65532", new: `USER "nonroot:nonroot"`, want: `image.user: USER "nonroot" is a name`},
		{name: "root by variable", old: "USER 65532:65532", new: "ARG WHO=0\nUSER $WHO", want: `image.user: USER 0 is root`},
		{name: "unknown user", old: "USER 65532:65532", new: "ARG WHO\nUSER $WHO"},
		{name: "number by variable", old: "USER 65532:65532", new: "ENV WHO=1000\nUSER ${WHO}:${WHO}"},
		{name: "no user", old: "USER 65532:65532\n", want: `image.user: the last stage has no USER`},
		{name: "shell", old: distroless, new: "docker.io/library/alpine:3.24", want: `image.shell: the image rests on "docker.io/library/alpine:3.24"`},
		{name: "debug image", old: distroless, new: "gcr.io/distroless/static-debian13:debug-nonroot", want: `image.shell: the image rests on "gcr.io/distroless/static-debian13:debug-nonroot"`},
		{name: "one stage", old: "FROM base\nCOPY", new: "COPY", want: "image.platform: the last stage is of the platform \"$BUILDPLATFORM\", whatever is asked for\n" +
			`image.shell: the image rests on "golang:1.26"`},
		{name: "run at the end", old: "USER 65532", new: "RUN [\"/app/orders\", \"--version\"]\nUSER 65532", want: `image.shell: the last stage runs a command`},
		{name: "health check", old: "USER 65532", new: "HEALTHCHECK --interval=5s CMD curl localhost\nUSER 65532", want: `image.shell: HEALTHCHECK needs a shell`},
		{name: "health check by exec", old: "USER 65532", new: "HEALTHCHECK CMD [\"/app/orders\", \"--version\"]\nUSER 65532"},
		{name: "shell form", old: `["/app/orders"]`, new: "/app/orders", want: `image.entrypoint: ENTRYPOINT has the shell form`},
		{name: "shell in exec form", old: `["/app/orders"]`, new: `["/bin/sh", "-c", "/app/orders"]`, want: `image.entrypoint: ENTRYPOINT runs "/bin/sh"`},
		{name: "no entry point", old: "ENTRYPOINT [\"/app/orders\"]\n", want: `image.entrypoint: nothing says what the image runs`},
		{name: "command", old: "ENTRYPOINT", new: "CMD"},
		{name: "signal", old: "USER 65532", new: "STOPSIGNAL SIGKILL\nUSER 65532", want: `image.stop-signal: it is stopped by "SIGKILL"`},
		{name: "signal that is known", old: "USER 65532", new: "STOPSIGNAL SIGINT\nUSER 65532"},
		{name: "latest", old: distroless, new: "gcr.io/distroless/static-debian13:latest", want: `image.base-tag: "gcr.io/distroless/static-debian13:latest" has no release`},
		{name: "no tag", old: distroless, new: "registry.test:5000/static", want: `image.base-tag: "registry.test:5000/static" has no release`},
		{name: "digest", old: distroless, new: distroless + "@sha256:" + strings.Repeat("0", 64)},
		{name: "scratch", old: distroless, new: "scratch"},
		{name: "image by a variable", old: "FROM --platform=$BUILDPLATFORM golang:1.26", new: "ARG GO=1.26\nFROM --platform=$BUILDPLATFORM golang:${GO}"},
		{name: "copy from an image", old: "COPY --from=build", new: "COPY --from=docker.io/acme/tool:latest", want: `image.base-tag: "docker.io/acme/tool:latest" has no release`},
		{name: "mount from an image", old: "RUN --mount=type=cache,target=/go/pkg/mod \\\n    go mod", new: "RUN --mount=type=bind,from=acme/tool,target=/t \\\n    go mod", want: `image.base-tag: "acme/tool" has no release`},
		{name: "frontend", old: "# The image of", new: "# syntax=docker/dockerfile:1\n# The image of", want: `image.frontend: the frontend "docker/dockerfile:1" has no digest`},
		{name: "older Go", old: "golang:1.26", new: "golang:1.25", want: `image.go-version: it is 1.25 here and 1.26.0 in go.mod`},
		{name: "newer Go", old: "golang:1.26", new: "golang:1.27-alpine", want: `image.go-version: it is 1.27 here and 1.26.0 in go.mod`},
		{name: "newer go.mod", file: "go.mod", old: "go 1.26.0", new: "go 1.27.0", want: `image.go-version: it is 1.26 here and 1.27.0 in go.mod`},
		{name: "toolchain", file: "go.mod", old: "go 1.26.0", new: "go 1.26.0\n\ntoolchain go1.27.1", want: `image.go-version: it is 1.26 here and 1.27.1 in go.mod`},
		{name: "newer patch", old: "golang:1.26", new: "golang:1.26.3-trixie"},
		{name: "older patch", old: "golang:1.26", new: "golang:1.26rc1", want: `image.go-version: it is 1.26rc1 here and 1.26.0 in go.mod`},
		{name: "Go without a release", old: "golang:1.26", new: "golang:alpine"},
		{name: "fixed platform", old: "FROM gcr.io", new: "FROM --platform=linux/amd64 gcr.io", want: `image.platform: the last stage is of the platform "linux/amd64", whatever is asked for`},
		{name: "no target", old: `GOOS="$TARGETOS" GOARCH="$TARGETARCH" go build`, new: "go build", want: `image.platform: the stage runs on the builder's platform and go build compiles for that one`},
		{name: "target not declared", old: "ARG TARGETARCH\n", want: `image.platform: GOARCH is empty: the stage does not declare TARGETARCH`},
		{name: "fixed target", old: `GOARCH="$TARGETARCH"`, new: "GOARCH=amd64", want: `image.platform: GOARCH is always "amd64"`},
		{name: "target by ENV", old: `GOOS="$TARGETOS" GOARCH="$TARGETARCH" go build`, new: `export GOARCH=${TARGETARCH:-amd64} && go build`},
		{name: "emulated", old: "FROM --platform=$BUILDPLATFORM golang", new: "FROM golang"},
		{name: "cgo", old: "CGO_ENABLED=0 ", want: `image.cgo: go build runs without CGO_ENABLED=0`},
		{name: "cgo on", old: "CGO_ENABLED=0", new: "CGO_ENABLED 1", want: `image.cgo: go build runs without CGO_ENABLED=0`},
		{name: "cgo by ARG", old: "ENV CGO_ENABLED=0 ", new: "ARG CGO_ENABLED=0\nENV "},
		{name: "no trimpath", old: "-trimpath ", want: `image.trimpath: go build runs without -trimpath`},
		{name: "trimpath by GOFLAGS", old: "ENV CGO_ENABLED=0", new: "ENV CGO_ENABLED=0 GOFLAGS=\"-trimpath -buildvcs=false\""},
		{name: "order", old: "COPY go.mod go.sum ./", new: "COPY . .", want: `image.layers: all is copied before go mod download`},
		{name: "no download", old: "RUN --mount=type=cache,target=/go/pkg/mod \\\n    go mod download\n", want: `image.layers: all is copied before modules are downloaded`},
		{name: "fetched", old: "COPY . .", new: "COPY . .\nADD https://example.com/tool.tgz /tool", want: `image.add-url: ADD fetches "https://example.com/tool.tgz"`},
		{name: "fetched, list", old: "COPY . .", new: "COPY . .\nADD [\"git@example.com:acme/x.git\", \"/x\"]", want: `image.add-url: ADD fetches "git@example.com:acme/x.git"`},
		{name: "fetched with a checksum", old: "COPY . .", new: "COPY . .\nADD --checksum=sha256:" + strings.Repeat("0", 64) + " https://example.com/tool.tgz /tool"},
		{name: "piped", old: "COPY . .", new: "COPY . .\nRUN set -e; curl -sSf https://example.com/install.sh | tee /log | bash -s -- -y", want: `image.piped-shell: bash runs what is downloaded`},
		{name: "piped by sudo", old: "COPY . .", new: "COPY . .\nRUN wget -qO- https://example.com/i \\\n    # what it is\n    | sudo sh", want: `image.piped-shell: sh runs what is downloaded`},
		{name: "substituted", old: "COPY . .", new: "COPY . .\nRUN bash <(curl -s https://example.com/i)", want: `image.piped-shell: bash runs what is downloaded`},
		{name: "evaluated", old: "COPY . .", new: "COPY . .\nRUN sh -c \"$(curl -s https://example.com/i)\"", want: `image.piped-shell: sh runs what is downloaded`},
		{name: "here-document", old: "COPY . .", new: "COPY . .\nRUN <<EOF\nUSER root\ncurl https://example.com/i | sh\nEOF", want: `image.piped-shell: sh runs what is downloaded`},
		{name: "downloaded, then compared", old: "COPY . .", new: "COPY . .\nRUN curl -o i https://example.com/i && sha256sum -c sums && sh i; curl x || sh y"},
		{
			name: "insecure", old: "RUN --mount=type=cache,target=/go/pkg/mod \\\n    go mod", new: "RUN --security=insecure --network=host \\\n    go mod",
			want: "image.insecure-run: RUN has the flag --network=host\nimage.insecure-run: RUN has the flag --security=insecure",
		},
		{name: "secret ARG", old: "COPY . .", new: "ARG NPM_TOKEN\nCOPY . .", want: `image.secret: ARG "NPM_TOKEN" is a secret by its name`},
		{name: "secret ENV", old: "COPY . .", new: "ENV A=b DB_PASSWORD=hunter2\nCOPY . .", want: `image.secret: ENV "DB_PASSWORD" is a secret by its name`},
		{name: "secret by form", old: "COPY . .", new: "ENV GH ghp_0123456789abcdefghij\nCOPY . .", want: `image.secret: ENV "GH" holds a secret by the form of its value`},
		{name: "secret in a URL", old: "COPY . .", new: "ARG GOPROXY=https://me:hunter2@proxy.example.com/x\nCOPY . .", want: `image.secret: ARG "GOPROXY" holds a secret by the form of its value`},
		{name: "no secret", old: "COPY . .", new: "ARG PUBLIC_KEY MONKEY=1 GOPROXY=https://proxy.example.com:443/a@b\nENV KEYBOARD=us\nCOPY . ."},
		{name: "port missing", old: "EXPOSE 8443 ", new: "EXPOSE ", want: `image.expose: the service listens on 8443, which EXPOSE does not name`},
		{name: "port too many", old: "EXPOSE 8443 ", new: "EXPOSE 8443/tcp 22 ", want: `image.expose: EXPOSE names "22", on which nothing listens`},
		{name: "ports by a variable", old: "EXPOSE 8443 ", new: "ARG P\nEXPOSE $P "},
		{
			name: "other ports in the code", file: "internal/config/config.go", old: `":8443"`, new: `":8543"`,
			want: "image.expose: EXPOSE names \"8443\", on which nothing listens\nimage.expose: the service listens on 8543, which EXPOSE does not name",
		},
		{name: "label missing", old: "org.opencontainers.image.source=", new: "source=", want: `image.labels: there is no label org.opencontainers.image.source`},
		{name: "labels, older form", old: "LABEL ", new: "LABEL a b c\nLABEL "},
		{name: "history sent", file: ".dockerignore", old: "*\n", new: "!.git/\n", want: `image.dockerignore: the history, .git, is sent to the builder`},
		{name: "history sent again", file: ".dockerignore", old: "**/*_test.go", new: "!**", want: `image.dockerignore: the history, .git, is sent to the builder`},
		{name: "history left out", file: ".dockerignore", old: "*\n", new: "**/.git\n"},
		{name: "carriage returns", old: "\n", new: "\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fsys := service(t)
			if test.file == "" {
				test.file = "Dockerfile"
			}
			before := string(fsys[test.file].Data)
			count := 1
			if test.name == "carriage returns" || test.name == "no FROM" {
				count = -1
			}
			after := strings.Replace(before, test.old, test.new, count)
			if after == before && test.old != "" {
				t.Fatalf("%s has no %q", test.file, test.old)
			}
			fsys[test.file].Data = []byte(after)
			results, unchecked := judged(t, fsys)
			var got []string
			lines := strings.Count(after, "\n") + 1
			for _, r := range results {
				if r.Rule != "image.base-digest" {
					got = append(got, told(r))
				}
				if r.Line > lines {
					t.Errorf("line %d of %d: %s", r.Line, lines, told(r))
				}
			}
			slices.Sort(got)
			if text := strings.Join(got, "\n"); text != test.want {
				t.Errorf("want\n%s\ngot\n%s\n%s", test.want, text, after)
			}
			if len(unchecked) > 0 {
				t.Errorf("unchecked: %v", unchecked)
			}
		})
	}
}

// TestEveryRule: each rule has a fault above, or here.
func TestEveryRule(t *testing.T) {
	none, _ := judged(t, fstest.MapFS{})
	if len(none) != 1 || told(none[0]) != "image.missing: there is no Dockerfile" {
		t.Errorf("an empty folder: %v", none)
	}
	fsys := service(t)
	delete(fsys, ".dockerignore")
	results, _ := judged(t, fsys)
	if !slices.ContainsFunc(results, func(r check.Result) bool { return told(r) == "image.dockerignore: there is no .dockerignore" }) {
		t.Errorf("without .dockerignore: %v", results)
	}
	for _, r := range results {
		if r.Rule == "image.base-digest" && (r.Line == 0 || r.Remedy != "run make pin") {
			t.Errorf("base image: line %d, remedy %q", r.Line, r.Remedy)
		}
	}
}

// TestUnchecked: what cannot be looked at is said, and is no finding.
func TestUnchecked(t *testing.T) {
	fsys := service(t)
	delete(fsys, "go.mod")
	delete(fsys, "internal/config/config.go")
	_, unchecked := judged(t, fsys)
	if len(unchecked) != 2 || unchecked[0].What != "EXPOSE" || unchecked[1].What != "the release of Go" {
		t.Errorf("unchecked: %v", unchecked)
	}
	fsys["Dockerfile"].Data = []byte(strings.Repeat("FROM a:1 AS b\n", maxStages+1))
	if _, unchecked := judged(t, fsys); len(unchecked) != 1 {
		t.Errorf("many stages: %v", unchecked)
	}
	fsys["Dockerfile"].Data = []byte(strings.Repeat("#", maxBytes+1))
	if _, unchecked := judged(t, fsys); len(unchecked) != 1 {
		t.Errorf("a large file: %v", unchecked)
	}
}

// TestOthers: Dockerfiles as people write them.
func TestOthers(t *testing.T) {
	tests := map[string]struct{ dockerfile, want string }{
		"lower case, a builder's form, an escape character of its own": {
			"# escape=`\nfrom golang:1.26@sha256:0 as build\nenv CGO_ENABLED=0\nrun go build `\n  -trimpath -o C:\\app .\n" +
				"from scratch\ncopy --from=build /app /app\nuser 1\nentrypoint [\"/app\"]\nexpose 8443 8081\n",
			"image.labels",
		},
		"ko's base": {
			"FROM cgr.dev/chainguard/static:x@sha256:0\nCOPY app /app\nUSER 65532\nENTRYPOINT [ \"/app\" ]\nEXPOSE 8443 8081",
			"image.labels",
		},
		"podinfo's form": {
			"FROM golang:1.26-alpine AS builder\nWORKDIR /p\nCOPY . .\nRUN go mod download\nRUN CGO_ENABLED=0 go build -a -o bin/p cmd/p/*\n" +
				"FROM alpine:3.24\nRUN addgroup -S app && apk --no-cache add curl\nCOPY --from=builder /p/bin/p .\nUSER app\nCMD [\"./p\"]\n",
			"image.base-digest image.base-digest image.expose image.expose image.labels image.layers image.shell image.trimpath image.user",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			fsys := service(t)
			fsys["Dockerfile"].Data = []byte(test.dockerfile)
			results, _ := judged(t, fsys)
			var got []string
			for _, r := range results {
				got = append(got, r.Rule)
			}
			slices.Sort(got)
			if text := strings.Join(got, " "); text != test.want {
				t.Errorf("want %s\ngot  %s\n%v", test.want, text, results)
			}
		})
	}
}

package versions

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

func TestFresh(t *testing.T) {
	for _, sets := range [][]string{nil, checktest.Full(), append(checktest.Full(), "ci=gitlab", "deploy.gitops=flux")} {
		results, unchecked := checktest.Judge(t, Area(), checktest.Service(t, checktest.Answers(t, sets...)))
		if len(results) > 0 || len(unchecked) > 0 {
			t.Errorf("%q: %q, %+v", sets, checktest.Lines(results), unchecked)
		}
	}
}

// Services of a few files show each rule, and what is near to it and right.
func TestArea(t *testing.T) {
	const (
		mod   = "module example.com/acme/orders\n\ngo 1.26.1\n\ntoolchain go1.26.4\n"
		chart = "apiVersion: v2\nname: orders\nversion: 0.1.0\nappVersion: \"0.1.0\"\nkubeVersion: \">=1.31.0-0\"\n"
	)
	for name, tt := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"nothing": {nil, nil},
		"a module of another name": {
			map[string]string{"go.mod": "// Deprecated: no.\nmodule example.com/acme/shop\n"},
			[]string{"versions.module go.mod:2: the module is example.com/acme/shop, and mintwright.yaml says example.com/acme/orders"},
		},
		"a module that is none": {
			map[string]string{"go.mod": "module x\nrequire (\n"},
			[]string{"versions.go-mod go.mod: 3: syntax error (unterminated block started at go.mod:2:1)"},
		},
		"a module of tomorrow":     {map[string]string{"go.mod": mod + "frobnicate all\n"}, nil},
		"a variable of the module": {map[string]string{"go.mod": mod, "Dockerfile": "RUN go build -ldflags \"-s -X 'example.com/acme/orders/internal/ops.version=$V' -X main.v=1\"\n"}, nil},
		"a variable of nobody": {
			map[string]string{"go.mod": mod, "Dockerfile": "RUN go build \\\n  -ldflags \"-X example.com/acme/shop/internal/ops.version=1\"\n"},
			[]string{"versions.linker-variable Dockerfile:2: example.com/acme/shop/internal/ops is no package of the module example.com/acme/orders"},
		},
		"builders that agree": {
			map[string]string{
				"go.mod": mod, "Dockerfile": "ARG GO=1.26\nFROM --platform=$BUILDPLATFORM docker.io/library/golang:${GO}-bookworm@sha256:0 AS build\nFROM golang AS x\nFROM scratch\n",
				".github/workflows/ci.yml": "env:\n  GO_VERSION: '1.26'\njobs:\n  a:\n    steps:\n      - uses: actions/setup-go@x\n        with:\n          go-version: ${{ env.GO_VERSION }}\n" +
					"      - uses: actions/setup-go@x\n        with: {go-version-file: go.mod}\n      - uses: actions/setup-go@x\n        with: {go-version: stable}\n      - uses: actions/setup-node@x\n        with: {go-version: 1.2}\n",
				".gitlab-ci.yml": "variables:\n  GO_VERSION: 1.26.1\nimage: golang:$GO_VERSION-alpine\n", ".golangci.yml": "run:\n  go: '1.26'\n",
			}, nil,
		},
		"builders that are old": {
			map[string]string{
				"go.mod": mod, "Dockerfile": "FROM golang:1.26.0 AS build\n",
				".github/workflows/ci.yml": "jobs:\n  a:\n    env:\n      V: 1.25\n    steps:\n      - uses: actions/setup-go@x\n        with:\n          go-version: ${{ env.V }}\n",
				".gitlab-ci.yml":           "a:\n  image:\n    name: golang:1.26rc1\n", ".golangci.yml": "run:\n  go: '1.24'\n",
			},
			[]string{
				"versions.go-old .github/workflows/ci.yml:4: Go 1.25 is older than the 1.26.1 of go.mod",
				"versions.go-old .gitlab-ci.yml:3: Go 1.26rc1 is older than the 1.26.1 of go.mod",
				"versions.go-apart .golangci.yml:2: Go 1.24, and go.mod has 1.26.1",
			},
		},
		"builders that differ": {
			map[string]string{
				"go.mod": mod, "Dockerfile": "from golang:1.27 as build\n",
				".github/workflows/other.yaml": "jobs:\n  a:\n    steps:\n      - uses: actions/setup-go@x\n        with:\n          go-version: 1.26.4\n",
			},
			[]string{"versions.go-apart .github/workflows/other.yaml:6: Go 1.26.4, and the Dockerfile has 1.27"},
		},
		"another gen": {
			map[string]string{
				"mintwright.lock":          `{"format": 1, "gen": "v0.4.0", "blueprint": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "files": []}`,
				".github/workflows/ci.yml": "env:\n  GEN: github.com/mintwright/mintwright/cmd/gen@v0.3.0\n", "Makefile": "x:\n\tgo run github.com/mintwright/mintwright/cmd/gen@v0.4.0 check\n",
				".gitlab-ci.yml": "a: github.com/mintwright/mintwright/cmd/gen@$GEN\n",
			},
			[]string{"versions.gen-apart .github/workflows/ci.yml:2: gen v0.3.0, and mintwright.lock has v0.4.0"},
		},
		"other places": {
			map[string]string{
				chartValues:                        "identity:\n  trustDomain: other.example\n  className: a\nimage:\n  repository: ghcr.io/acme/shop\nworkloadApi: {driver: csi.spiffe.io}\n",
				spireValues:                        "global: {spire: {trustDomain: third.example}}\nspire-server: {controllerManager: {className: b}}\nspiffe-csi-driver: {pluginName: csi.spiffe.io}\n",
				"deploy/chart/values-staging.yaml": "identity: {trustDomain: staging.example}\nimage: {repository: registry.acme.example/orders}\n",
				".github/workflows/ci.yml":         "env: {IMAGE: ghcr.io/acme/cart}\njobs: {a: {env: {NAMESPACE: shop}}, b: {env: {NAMESPACE: \"${{ vars.NS }}\", IMAGE: $X}}}\n",
				".gitlab-ci.yml":                   "variables: {IMAGE: \"\", NAMESPACE: default}\n",
				"deploy/namespace.yaml":            "kind: Namespace\nmetadata:\n  name: shop\n",
				"deploy/flux/release.yaml":         "kind: HelmRelease\nmetadata: {namespace: flux-system}\nspec: {targetNamespace: shop}\n---\nkind: HelmRelease\nmetadata: {namespace: cart}\n",
				"deploy/policy/vap/b.yaml":         "kind: ValidatingAdmissionPolicyBinding\nspec: {matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}}\n---\nkind: Namespace\nmetadata: {name: of-a-test}\n---\nkind: ValidatingPolicy\nspec: {matchConstraints: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: cart}}}}\n---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: X\nspec: {match: {namespaces: [a]}}\n",
			},
			[]string{
				`versions.image .github/workflows/ci.yml:1: env.IMAGE is "ghcr.io/acme/cart", and mintwright.yaml has "example.com/acme/orders"`,
				`versions.namespace .github/workflows/ci.yml:2: env.NAMESPACE is "shop", and mintwright.yaml has "default"`,
				`versions.trust-domain deploy/chart/values.yaml:2: identity.trustDomain is "other.example", and mintwright.yaml has "example.org"`,
				`versions.image deploy/chart/values.yaml:5: image.repository is "ghcr.io/acme/shop", and mintwright.yaml has "example.com/acme/orders"`,
				`versions.namespace deploy/flux/release.yaml:3: spec.targetNamespace is "shop", and mintwright.yaml has "default"`,
				`versions.namespace deploy/flux/release.yaml:6: metadata.namespace is "cart", and mintwright.yaml has "default"`,
				`versions.namespace deploy/namespace.yaml:3: metadata.name is "shop", and mintwright.yaml has "default"`,
				`versions.namespace deploy/policy/vap/b.yaml:2: spec.matchResources.namespaceSelector.matchLabels.kubernetes.io/metadata.name is "shop", and mintwright.yaml has "default"`,
				`versions.namespace deploy/policy/vap/b.yaml:8: spec.matchConstraints.namespaceSelector.matchLabels.kubernetes.io/metadata.name is "cart", and mintwright.yaml has "default"`,
				`versions.namespace deploy/policy/vap/b.yaml:12: spec.match.namespaces.0 is "a", and mintwright.yaml has "default"`,
				`versions.trust-domain deploy/spire/values.yaml:1: global.spire.trustDomain is "third.example", and mintwright.yaml has "example.org"`,
				`versions.spire deploy/spire/values.yaml:2: spire-server.controllerManager.className is "b", and identity.className of the chart's values is "a"`,
			},
		},
		"peers": {
			map[string]string{chartValues: `calls:
  - id: spiffe://example.org/ns/a/sa/a
    peers: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: a}}}, {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]
  - id: spiffe://example.org/ns/a/sa/a
    peers: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}, {ipBlock: {cidr: 10.0.0.0/8}}]
  - id: spiffe://partner.example/ns/a/sa/a
    peers: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]
  - {id: spiffe://example.org/ns/a/sa/a, peers: []}
callers:
  - id: spiffe://example.org/ns/a/sa/a
    peers: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]
`},
			[]string{"versions.peers deploy/chart/values.yaml:11: spiffe://example.org/ns/a/sa/a runs in the namespace a, and the way is opened for b"},
		},
		"peers that were forgotten": {
			map[string]string{chartValues: "calls:\n  - {name: b, id: spiffe://example.org/ns/b/sa/b}\n  - {name: nobody}\ncallers:\n  - {id: '*'}\n  - {id: spiffe://partner.example/ns/a/sa/a}\n"},
			[]string{
				"versions.peer-unnamed deploy/chart/values.yaml:2: calls has spiffe://example.org/ns/b/sa/b, whom mintwright.yaml does not name",
				"versions.peer-unnamed deploy/chart/values.yaml:5: callers has *, whom mintwright.yaml does not name",
				"versions.peer-unnamed deploy/chart/values.yaml:6: callers has spiffe://partner.example/ns/a/sa/a, whom mintwright.yaml does not name",
			},
		},
		"variables of calls": {
			map[string]string{
				chartValues:                      "calls:\n  - {env: CALL_A_ADDRESS}\n  - {env: CALL_AA_ADDRESS}\n  - {env: CALL_B_ADDRESS}\n",
				"internal/config/config.go":      "package config\n\nvar a = env(\"CALL_A_ADDRESS\")\n",
				"internal/config/config_test.go": "package config\n\nvar b = env(\"CALL_B_ADDRESS\")\n",
			},
			[]string{
				"versions.call-variable deploy/chart/values.yaml:3: CALL_AA_ADDRESS is read by nothing in internal/config",
				"versions.call-variable deploy/chart/values.yaml:4: CALL_B_ADDRESS is read by nothing in internal/config",
			},
		},
		"a chart from where it goes": {
			map[string]string{
				".github/workflows/build.yml": "env: {CHART: ghcr.io/acme/charts/orders}\n",
				"deploy/argocd/a.yaml":        "kind: Application\nspec: {source: {repoURL: 'oci://ghcr.io/acme/charts/orders', targetRevision: 1.2.3}}\n---\nkind: Application\nspec: {source: {repoURL: ghcr.io/acme/charts, chart: orders, targetRevision: 1.2.3}}\n---\nkind: Application\nspec: {source: {repoURL: 'https://github.com/acme/orders.git', targetRevision: 1.2.3}}\n---\nkind: Application\nspec: {source: {repoURL: 'https://github.com/acme/deploy', path: x, targetRevision: 1.2.3}}\n",
				"deploy/flux/a.yaml":          "kind: OCIRepository\nspec: {url: 'oci://ghcr.io/acme/charts/orders'}\n",
			}, nil,
		},
		"a chart from elsewhere": {
			map[string]string{
				".gitlab-ci.yml":       "variables: {CHART: ghcr.io/acme/charts/orders}\n",
				"deploy/argocd/a.yaml": "kind: Application\nspec: {source: {repoURL: ghcr.io/acme/charts, chart: cart, targetRevision: 1.2.3}}\n---\nkind: ApplicationSet\nspec: {template: {spec: {source: {repoURL: 'oci://ghcr.io/acme/cart', targetRevision: 1.2.3}}}}\n",
				"deploy/flux/a.yaml":   "kind: OCIRepository\nspec: {url: 'oci://ghcr.io/acme/orders'}\n",
			},
			[]string{
				"versions.chart-place deploy/argocd/a.yaml:2: the chart is taken from ghcr.io/acme/charts/cart, and pushed to ghcr.io/acme/charts/orders",
				"versions.chart-place deploy/argocd/a.yaml:5: the chart is taken from ghcr.io/acme/cart, and pushed to ghcr.io/acme/charts/orders",
				"versions.chart-place deploy/flux/a.yaml:2: the chart is taken from ghcr.io/acme/orders, and pushed to ghcr.io/acme/charts/orders",
			},
		},
		"a namespace of two minds": {
			map[string]string{
				"deploy/namespace.yaml": "kind: Namespace\nmetadata: {name: default, labels: {pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/warn: restricted, team: a}}\n",
				"deploy/argocd/a.yaml":  "kind: Application\nspec:\n  syncPolicy:\n    managedNamespaceMetadata:\n      labels:\n        pod-security.kubernetes.io/enforce: baseline\n        team: b\n",
			},
			[]string{
				`versions.namespace-labels deploy/argocd/a.yaml:6: pod-security.kubernetes.io/enforce is "baseline", and deploy/namespace.yaml has "restricted"`,
				`versions.namespace-labels deploy/argocd/a.yaml:6: pod-security.kubernetes.io/warn is "", and deploy/namespace.yaml has "restricted"`,
			},
		},
		"a chart of right versions": {
			map[string]string{
				chartFile:                  chart + "annotations:\n  artifacthub.io/images: |\n    - name: app\n      image: example.com/acme/orders:0.1.0\n    - name: other\n      image: x:1\n",
				".github/workflows/ci.yml": "a: |\n  for version in 1.34.0 1.35.1; do\n  helm template --kube-version \"$version\"\n  NODE: kindest/node:v1.37.0@sha256:0\n",
			}, nil,
		},
		"a chart of wrong versions": {
			map[string]string{
				chartFile:                  "name: shop\nversion: '1.0'\nappVersion: 1.0+x\nkubeVersion: '>=1.35.0-0'\nannotations:\n  artifacthub.io/images: |\n    - name: app\n      image: example.com/acme/shop:0.1.0\n",
				".github/workflows/ci.yml": "a: |\n  for version in 1.34.0 1.35.1; do\n", "Makefile": "x:\n\tkubeconform -kubernetes-version 1.33.0\n", ".gitlab-ci.yml": "NODE: kindest/node:v1.32.0@sha256:0\n",
			},
			[]string{
				"versions.kubernetes .github/workflows/ci.yml:2: Kubernetes 1.34.0, and the chart asks for >=1.35.0-0",
				"versions.kubernetes .gitlab-ci.yml:1: Kubernetes v1.32.0, and the chart asks for >=1.35.0-0",
				"versions.kubernetes Makefile:2: Kubernetes 1.33.0, and the chart asks for >=1.35.0-0",
				`versions.chart-name deploy/chart/Chart.yaml:1: the chart is called "shop", the service "orders"`,
				`versions.chart-version deploy/chart/Chart.yaml:3: appVersion "1.0+x" cannot be the tag of an image`,
				`versions.image deploy/chart/Chart.yaml:8: artifacthub.io/images names "example.com/acme/shop", and mintwright.yaml has "example.com/acme/orders"`,
			},
		},
		"a chart of two tags": {
			map[string]string{chartFile: chart + "annotations:\n  artifacthub.io/images: |\n    - name: app\n      image: example.com/acme/orders:0.2.0\n"},
			[]string{"versions.chart-version deploy/chart/Chart.yaml:9: artifacthub.io/images has the tag 0.2.0, and appVersion is 0.1.0"},
		},
		"no constraint": {
			map[string]string{chartFile: "name: orders\nversion: 0.1.0\nappVersion: 0.1.0\nkubeVersion: new\n"},
			[]string{`versions.chart-version deploy/chart/Chart.yaml: kubeVersion: "new" is no version constraint`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			results, _ := checktest.Judge(t, Area(), service(tt.files))
			if diff := cmp.Diff(tt.want, checktest.Lines(results)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What cannot be read is told, and keeps nothing else from being compared.
func TestUnreadable(t *testing.T) {
	s := service(map[string]string{"deploy/namespace.yaml": "a: [", "Dockerfile": string(make([]byte, check.MaxFile+1)), chartFile: "name: shop\nversion: 1.0.0\nappVersion: x\n"})
	results, unchecked := checktest.Judge(t, Area(), s)
	if len(results) != 1 || len(unchecked) != 2 || unchecked[0].What != "Dockerfile" || unchecked[1].What != "deploy/namespace.yaml" {
		t.Errorf("%q, %+v", checktest.Lines(results), unchecked)
	}
}

func service(files map[string]string) *check.Service {
	src := fstest.MapFS{}
	for name, text := range files {
		src[name] = &fstest.MapFile{Data: []byte(text)}
	}
	a := answers.Defaults("orders", "example.com/acme/orders")
	a.Identity.Callers = []string{"spiffe://example.org/ns/a/sa/a"}
	a.Calls = []answers.Call{{Name: "a", ID: "spiffe://example.org/ns/a/sa/a"}, {Name: "partner", ID: "spiffe://partner.example/ns/a/sa/a"}}
	return &check.Service{FS: src, Answers: a}
}

// All files are foreign: nothing that may stand in one brings gen down.
func FuzzArea(f *testing.F) {
	f.Add("Dockerfile", "ARG X\nFROM golang:${X:-1}\n")
	f.Add(".github/workflows/ci.yml", "jobs: {a: {steps: [{uses: actions/setup-go@x, with: {go-version: 1}}]}}\nenv: &x {IMAGE: *x}\n")
	f.Add(".gitlab-ci.yml", "image: golang:1.2.3.4rc\n")
	f.Add("go.mod", "module \"\x00\"\ngo 99999999999999999999\n")
	f.Add(chartFile, "kubeVersion: '>=1 || ^x.* - 3'\nannotations: {artifacthub.io/images: '- {name: app, image: \":\"}'}\n")
	f.Add("deploy/argocd/a.yaml", "kind: Application\nspec: {source: {targetRevision: '@@'}}\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		s := service(map[string]string{chartFile: "kubeVersion: '>=1.2'\n", name: text})
		if _, _, err := Area().Check(t.Context(), s); err != nil {
			t.Error(err)
		}
	})
}

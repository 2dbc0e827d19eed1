// Package versions is the area "versions" of gen check: what stands in several places and has to be
// the same in all of them, or has to fit. Each such fact has one home, mintwright.yaml or go.mod or
// mintwright.lock, and the other places are compared with it.
//
// What an environment may choose for itself is left to it: another registry or trust domain in
// values-staging.yaml is no fault.
package versions

import (
	"context"
	"errors"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/check"
)

const area = "versions"

var (
	goMod = check.Rule{
		ID: "versions.go-mod", Severity: check.Finding,
		Summary: "go.mod cannot be read",
		Why:     "The release of Go and the module's path stand there.",
		Remedy:  "run go mod edit -fmt and mend what it says",
	}
	modulePath = check.Rule{
		ID: "versions.module", Severity: check.Finding,
		Summary: "go.mod and mintwright.yaml name different modules",
		Why:     "What gen makes next imports packages of the module that mintwright.yaml names.",
		Remedy:  "write the same path into both",
	}
	linkerVariable = check.Rule{
		ID: "versions.linker-variable", Severity: check.Finding,
		Summary: "the Dockerfile sets a variable of a package outside the module",
		Why:     "The linker ignores -X for a package that is not there, and the service reports no version.",
		Remedy:  "write the path of go.mod before the package",
	}
	goOld = check.Rule{
		ID: "versions.go-old", Severity: check.Finding,
		Summary: "a pipeline has an older Go than go.mod asks for",
		Why:     "An older Go refuses the module, or downloads another Go first.",
		Remedy:  "name at least the release of go.mod",
	}
	goApart = check.Rule{
		ID: "versions.go-apart", Severity: check.Finding,
		Summary: "the service is tested with another release of Go than it is built with",
		Why:     "What was tested is not what runs.",
		Remedy:  "name the same release in the Dockerfile and in the pipelines",
	}
	genApart = check.Rule{
		ID: "versions.gen-apart", Severity: check.Finding,
		Summary: "the pipelines run another gen than the one that made the service",
		Why:     "Another gen finds other things, and makes other files.",
		Remedy:  "name the release that stands in mintwright.lock",
	}
	image = check.Rule{
		ID: "versions.image", Severity: check.Finding,
		Summary: "an image is named that is not the service's",
		Why:     "What is built is not what is deployed.",
		Remedy:  "write what deploy.image of mintwright.yaml says",
	}
	namespace = check.Rule{
		ID: "versions.namespace", Severity: check.Finding,
		Summary: "a namespace is named that is not the service's",
		Why:     "The identity holds the namespace, and the policies hold in it: elsewhere neither does.",
		Remedy:  "write what deploy.namespace of mintwright.yaml says",
	}
	namespaceLabels = check.Rule{
		ID: "versions.namespace-labels", Severity: check.Finding,
		Summary: "Argo CD gives the namespace another Pod Security than deploy/namespace.yaml",
		Why:     "Whoever applies last decides what the namespace lets in.",
		Remedy:  "write the same labels into both",
	}
	chartPlace = check.Rule{
		ID: "versions.chart-place", Severity: check.Finding,
		Summary: "GitOps takes the chart from another place than the pipelines push it to",
		Why:     "What was tested and signed is not what is installed.",
		Remedy:  "write the CHART of the pipelines there",
	}
	peers = check.Rule{
		ID: "versions.peers", Severity: check.Finding,
		Summary: "the way is opened to another namespace than the identity says",
		Why:     "A SPIFFE ID of the form /ns/NAMESPACE/sa/NAME says where its pods run: who has the ID is not let through, and somebody else may be.",
		Remedy:  "write the namespace of the identity into the peers",
	}
	unnamed = check.Rule{
		ID: "versions.peer-unnamed", Severity: check.Finding,
		Summary: "the chart knows a caller, or somebody to call, whom mintwright.yaml does not name",
		Why:     "What was taken out of one of the two still stands in the other: the network stays open for it.",
		Remedy:  "take it out of the values, or name it in mintwright.yaml",
	}
	callVariable = check.Rule{
		ID: "versions.call-variable", Severity: check.Finding,
		Summary: "the chart gives the address of a call in a variable that the service does not read",
		Why:     "No error tells of it: the service calls the address that is built in.",
		Remedy:  "write the variable that internal/config reads",
	}
	trustDomain = check.Rule{
		ID: "versions.trust-domain", Severity: check.Finding,
		Summary: "a trust domain is named that is not the service's",
		Why:     "The service would not be who others expect, and would trust others than it should.",
		Remedy:  "write what identity.trustDomain of mintwright.yaml says",
	}
	spire = check.Rule{
		ID: "versions.spire", Severity: check.Finding,
		Summary: "the values of SPIRE and those of the chart do not agree",
		Why:     "A ClusterSPIFFEID of another class, or a volume of another driver, is no error: the pods wait for an identity in vain.",
		Remedy:  "write the same into deploy/spire/values.yaml and deploy/chart/values.yaml",
	}
	chartName = check.Rule{
		ID: "versions.chart-name", Severity: check.Finding,
		Summary: "the chart is not called as the service",
		Why:     "The label app.kubernetes.io/name is the chart's name, and the NetworkPolicies of others rely on it.",
		Remedy:  "write the service's name into Chart.yaml",
	}
	chartVersion = check.Rule{
		ID: "versions.chart-version", Severity: check.Finding,
		Summary: "the versions in Chart.yaml do not fit each other, or what they are for",
		Why:     "appVersion becomes the tag of an image, Artifact Hub shows what the annotations say, and kubeVersion decides where Helm installs.",
		Remedy:  "write a version such as 1.2.3",
	}
	kubernetes = check.Rule{
		ID: "versions.kubernetes", Severity: check.Finding,
		Summary: "the pipelines try a Kubernetes that the chart refuses",
		Why:     "kubeVersion of Chart.yaml says where the chart may be installed; Helm refuses it elsewhere.",
		Remedy:  "try those that kubeVersion allows, or change kubeVersion",
	}
)

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: area, Summary: "what stands in several places and has to agree",
		Rules: []check.Rule{
			goMod, modulePath, linkerVariable, goOld, goApart, genApart, image, namespace, namespaceLabels, peers, unnamed, callVariable, trustDomain, spire,
			chartPlace, chartName, chartVersion, kubernetes,
		},
		Check: func(_ context.Context, s *check.Service) ([]check.Result, []check.Unchecked, error) {
			j := &judge{Told: check.Told{Area: area}, s: s, read: map[string][]*yaml.Node{}}
			j.module()
			j.golang()
			j.gen()
			j.places()
			j.peers()
			j.calls()
			j.spire()
			j.chart()
			j.kubernetes()
			j.gitops()
			return j.Results, j.Unchecked, nil
		},
	}
}

type judge struct {
	check.Told
	s    *check.Service
	read map[string][]*yaml.Node // files of YAML that were read
}

// text returns the content of a file, "" where there is none.
func (j *judge) text(name string) string {
	content, err := j.s.Read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		j.Skip(name, "%v", err)
	}
	return string(content)
}

// yaml returns the documents of a file, none where it is not there.
func (j *judge) yaml(name string) []*yaml.Node {
	if roots, seen := j.read[name]; seen {
		return roots
	}
	roots, err := check.Parse([]byte(j.text(name)))
	if err != nil {
		j.Skip(name, "%v", err)
	}
	j.read[name] = roots
	return roots
}

// list returns the files of YAML in a folder and below.
func (j *judge) list(dir string) []string {
	all, err := j.s.List(dir)
	if err != nil {
		j.Skip(dir, "%v", err)
	}
	var names []string
	for _, name := range all {
		if check.HasExt(name, ".yaml", ".yml") {
			names = append(names, name)
		}
	}
	return names
}

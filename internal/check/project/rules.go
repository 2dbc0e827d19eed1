package project

import "github.com/mintwright/mintwright/internal/check"

// The names of the criteria are those that the projects give them: the checks of OpenSSF Scorecard
// 5, the criteria of the OpenSSF Best Practices Badge, and for CNCF its charter, its allowlist
// license policy of 2018 and the application templates for each level of maturity.
const (
	scorecard = "OpenSSF Scorecard, "
	badge     = "OpenSSF Best Practices, "
	cncf      = "CNCF, "
)

// rules lists what the area looks for, in the order in which it is told.
func rules() []check.Rule {
	return []check.Rule{
		license, dependency, security, signed, updates, owners, maintainers, contributing, conduct, governance, changelog,
	}
}

// All of them are notes: what is asked of a project in the open is no fault of a service.
var (
	license = check.Rule{
		ID: "project.license", Severity: check.Note,
		Summary: "nothing says under which licence the service is",
		Why:     "Without one, nobody else may use, change or pass it on. It cannot be chosen for you.",
		Remedy:  "add the text of the licence as LICENSE; CNCF asks for Apache-2.0", Criterion: scorecard + "License; " + cncf + "charter, section 11 (IP policy)",
	}
	dependency = check.Rule{
		ID: "project.dependency-license", Severity: check.Note,
		Summary: "a module is under a licence that CNCF does not allow without asking",
		Why:     "What is linked into a program has to be licensed so that it may be passed on with it.",
		Remedy:  "use another module, or ask for an exception (github.com/cncf/foundation)", Criterion: cncf + "allowlist license policy",
	}
	security = check.Rule{
		ID: "project.security", Severity: check.Note,
		Summary: "nothing says where a vulnerability is reported",
		Why:     "Whoever finds one tells it in public, or nobody.",
		Remedy:  "add SECURITY.md with a private way to report, and what is supported", Criterion: scorecard + "Security-Policy",
	}
	signed = check.Rule{
		ID: "project.signed-release", Severity: check.Note,
		Summary: "no pipeline signs a release",
		Remedy:  "sign the digest and attest how it was made, as `ci: github` in mintwright.yaml does", Criterion: scorecard + "Signed-Releases",
	}
	updates = check.Rule{
		ID: "project.updates", Severity: check.Note,
		Summary: "nothing brings new versions of dependencies",
		Remedy:  "configure Dependabot (.github/dependabot.yml) or Renovate (renovate.json)", Criterion: scorecard + "Dependency-Update-Tool",
	}
	owners = check.Rule{
		ID: "project.codeowners", Severity: check.Note,
		Summary: "nothing says who has to look at a change",
		Why:     "Rules for branches can ask for a review by whoever is named there; pipelines, access rules and deployment are worth it.",
		Remedy:  "add CODEOWNERS, and ask for their review in the branch's rules", Criterion: scorecard + "Branch-Protection; " + cncf + "graduation, code ownership",
	}
	maintainers = check.Rule{
		ID: "project.maintainers", Severity: check.Note,
		Summary: "nothing says who maintains the service",
		Remedy:  "add MAINTAINERS.md: names, how to reach them, for whom they work", Criterion: cncf + "graduation, list of maintainers",
	}
	contributing = check.Rule{
		ID: "project.contributing", Severity: check.Note,
		Summary: "nothing says how to contribute",
		Remedy:  "add CONTRIBUTING.md: how to build and test, what a change must have, how it is signed off", Criterion: badge + "contribution; " + cncf + "sandbox, contributing guide",
	}
	conduct = check.Rule{
		ID: "project.code-of-conduct", Severity: check.Note,
		Summary: "there is no code of conduct",
		Remedy:  "add CODE_OF_CONDUCT.md that adopts CNCF's", Criterion: cncf + "sandbox, Code of Conduct",
	}
	governance = check.Rule{
		ID: "project.governance", Severity: check.Note,
		Summary: "nothing says how the project decides",
		Remedy:  "add GOVERNANCE.md: who decides what, how one becomes a maintainer and stops being one", Criterion: badge + "governance; " + cncf + "incubation, governance",
	}
	changelog = check.Rule{
		ID: "project.changelog", Severity: check.Note,
		Summary: "nothing says what a release changes",
		Remedy:  "add CHANGELOG.md with what users notice, security fixes by name", Criterion: badge + "release_notes",
	}
)

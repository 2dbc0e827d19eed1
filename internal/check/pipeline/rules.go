package pipeline

import "github.com/mintwright/mintwright/internal/check"

const (
	pinned     = "OpenSSF Scorecard, Pinned-Dependencies"
	tokens     = "OpenSSF Scorecard, Token-Permissions"
	dangerous  = "OpenSSF Scorecard, Dangerous-Workflow"
	tests      = "OpenSSF Scorecard, CI-Tests"
	sast       = "OpenSSF Scorecard, SAST"
	weaknesses = "OpenSSF Scorecard, Vulnerabilities"
	releases   = "OpenSSF Scorecard, Signed-Releases"
	updates    = "OpenSSF Scorecard, Dependency-Update-Tool"
	slsa       = "SLSA 1.2, Build L3"
)

// rules lists what the area looks for, in the order in which it is told.
func rules() []check.Rule {
	return []check.Rule{
		missing, invalid,
		actionCommit, actionVersion, imageDigest, include, toolVersion, runner,
		permissionsMissing, permissionsWide, permissionLacking, permissionNeedless, credentials, inherit,
		untrusted, expression, target, targetCheckout, unsecure,
		checksums, modules, stepMissing, ignored, genVariable, timeout, concurrency,
		signs, provenance, scanned, verified, apart, cache,
		noUpdates, ecosystem, cooldown,
	}
}

var (
	missing = check.Rule{
		ID: "pipeline.missing", Severity: check.Note,
		Summary: "nothing checks a change",
		Why:     "What is not run on every change is found when it hurts. A pipeline that lives somewhere else is not judged here.",
		Remedy:  "add one by gen new --answers mintwright.yaml --ci github --dir . --force (or gitlab), or run the same checks elsewhere", Criterion: tests,
	}
	invalid = check.Rule{
		ID: "pipeline.invalid", Severity: check.Finding,
		Summary: "a pipeline cannot be read",
		Why:     "It does not run, and nothing says so on a change.",
		Remedy:  "correct the file",
	}
	actionCommit = check.Rule{
		ID: "pipeline.action-commit", Severity: check.Finding,
		Summary: "an action is not pinned by its commit",
		Why:     "A tag or a branch of somebody else's repository can be moved to anything, and it runs with this repository's token. Popular actions have been taken over so.",
		Remedy:  "name the full commit of a release, with its version as a comment: uses: owner/action@<40 hex digits> # v1.2.3", Criterion: pinned,
	}
	actionVersion = check.Rule{
		ID: "pipeline.action-version", Severity: check.Note,
		Summary: "nobody can tell which release of an action a commit is",
		Why:     "Reviewers, Dependabot and Renovate read the version from the comment behind the commit.",
		Remedy:  "write the tag of the release behind the commit: # v1.2.3",
	}
	imageDigest = check.Rule{
		ID: "pipeline.image-digest", Severity: check.Finding,
		Summary: "an image that runs in a pipeline is not pinned by its digest",
		Why:     "A tag is something else tomorrow, and what it is runs with the secrets of the job.",
		Remedy:  "name the digest too: image:tag@sha256:…", Criterion: pinned,
	}
	include = check.Rule{
		ID: "pipeline.include", Severity: check.Finding,
		Summary: "a pipeline takes in a file that can change at any time",
		Why:     "Jobs of another project run with the variables and the tokens of this one.",
		Remedy:  "name a commit as ref, or keep the file here", Criterion: pinned,
	}
	toolVersion = check.Rule{
		ID: "pipeline.tool-version", Severity: check.Finding,
		Summary: "a tool is installed at whatever version is the newest",
		Why:     "The same commit passes today and fails tomorrow, and a version that was tampered with is taken in its first hour.",
		Remedy:  "name a version: go install path@v1.2.3", Criterion: pinned,
	}
	runner = check.Rule{
		ID: "pipeline.runner", Severity: check.Note,
		Summary: "a job runs on what it is not known to be",
		Why:     "ubuntu-latest is another system from one day to the next. On a runner of your own, what an earlier job left behind can reach into this one, and provenance made there is not of SLSA Build L3.",
		Remedy:  "name a release of the runner, such as ubuntu-24.04", Criterion: slsa,
	}
	permissionsMissing = check.Rule{
		ID: "pipeline.permissions-missing", Severity: check.Finding,
		Summary: "a job has the permissions that the repository's settings give it",
		Why:     "That may be writing everything, and it changes with a click.",
		Remedy:  "write `permissions: {}` at the top of the workflow, and what each job needs into the job", Criterion: tokens,
	}
	permissionsWide = check.Rule{
		ID: "pipeline.permissions-wide", Severity: check.Finding,
		Summary: "permissions are given to more than needs them",
		Why:     "Every step of every job has them: a tool or an action that was taken over can use them.",
		Remedy:  "give each job the permissions that it needs, by name", Criterion: tokens,
	}
	permissionLacking = check.Rule{
		ID: "pipeline.permission-lacking", Severity: check.Finding,
		Summary: "a job does what it has no permission for",
		Why:     "It fails when it is run, which for a release is too late.",
		Remedy:  "add the permission to the job, and to whoever calls its workflow",
	}
	permissionNeedless = check.Rule{
		ID: "pipeline.permission-needless", Severity: check.Finding,
		Summary: "a job has a permission to write that nothing in it uses",
		Remedy:  "take the permission away", Criterion: tokens,
	}
	credentials = check.Rule{
		ID: "pipeline.credentials", Severity: check.Finding,
		Summary: "a checkout leaves the job's token in the working tree",
		Why:     "Whatever runs later can read it from .git/config, and an upload of the folder gives it away.",
		Remedy:  "set `persist-credentials: false` on actions/checkout, and log in where something is pushed",
	}
	inherit = check.Rule{
		ID: "pipeline.secrets-inherit", Severity: check.Finding,
		Summary: "a called workflow is given every secret",
		Remedy:  "pass the secrets that it needs, by name", Criterion: dangerous,
	}
	untrusted = check.Rule{
		ID: "pipeline.untrusted-expression", Severity: check.Finding,
		Summary: "a stranger's text becomes part of a script",
		Why:     "An expression is put into the script before a shell reads it: a title such as `\";curl …|sh;\"` is run.",
		Remedy:  "give it to the step as a variable (env:), and read that in quotes", Criterion: dangerous,
	}
	expression = check.Rule{
		ID: "pipeline.expression", Severity: check.Note,
		Summary: "an expression becomes part of a script",
		Why:     "It is safe as long as nobody else decides what it says, which is easily lost in a later change.",
		Remedy:  "give it to the step as a variable (env:), and read that in quotes", Criterion: dangerous,
	}
	target = check.Rule{
		ID: "pipeline.target", Severity: check.Note,
		Summary: "a workflow runs for strangers' pull requests with the repository's rights",
		Why:     "pull_request_target, workflow_run and issue_comment have secrets and a token that writes, whoever caused them.",
		Remedy:  "use pull_request, unless nothing of the pull request is looked at", Criterion: dangerous,
	}
	targetCheckout = check.Rule{
		ID: "pipeline.target-checkout", Severity: check.Finding,
		Summary: "a stranger's code is checked out where the repository's rights are",
		Why:     "A build, a test or a configuration of that code runs with the secrets and the token of the job.",
		Remedy:  "do it in a workflow on pull_request, which has no secrets and a token that only reads", Criterion: dangerous,
	}
	unsecure = check.Rule{
		ID: "pipeline.unsecure-commands", Severity: check.Finding,
		Summary: "what a tool prints can change the job",
		Remedy:  "take ACTIONS_ALLOW_UNSECURE_COMMANDS away, and write to $GITHUB_ENV and $GITHUB_OUTPUT", Criterion: dangerous,
	}
	checksums = check.Rule{
		ID: "pipeline.checksum-database", Severity: check.Finding,
		Summary: "modules are taken without asking the checksum database",
		Why:     "A proxy, or whoever is between, can hand out another module than everybody else gets; go.sum knows only what came first.",
		Remedy:  "take the variable away; GOPRIVATE may name paths of your own, and no others", Criterion: pinned,
	}
	modules = check.Rule{
		ID: "pipeline.modules-writable", Severity: check.Finding,
		Summary: "a build may change go.mod and go.sum",
		Why:     "What is built is then not what was reviewed.",
		Remedy:  "set GOFLAGS to -mod=readonly", Criterion: pinned,
	}
	stepMissing = check.Rule{
		ID: "pipeline.step-missing", Severity: check.Finding,
		Summary: "the pipeline does not check what can be checked",
		Remedy:  "add the step",
	}
	ignored = check.Rule{
		ID: "pipeline.failure-ignored", Severity: check.Finding,
		Summary: "a check may fail and nothing comes of it",
		Remedy:  "take continue-on-error, allow_failure or `|| true` away, or take the check out",
	}
	genVariable = check.Rule{
		ID: "pipeline.gen-variable", Severity: check.Note,
		Summary: "which gen checks the service is said outside of it",
		Why:     "The gen that made it was not a release, which a pipeline could install. Until one stands in the file, the variable GEN_VERSION has to be set.",
		Remedy:  "set the variable GEN_VERSION to a release, or write cmd/gen@v1.2.3 into the step",
	}
	timeout = check.Rule{
		ID: "pipeline.timeout", Severity: check.Note,
		Summary: "a job that hangs runs for six hours",
		Remedy:  "set timeout-minutes",
	}
	concurrency = check.Rule{
		ID: "pipeline.concurrency", Severity: check.Note,
		Summary: "two releases may run at the same time",
		Remedy:  "give the workflow a concurrency group, with cancel-in-progress: false",
	}
	signs = check.Rule{
		ID: "pipeline.unsigned", Severity: check.Finding,
		Summary: "what is released is not signed",
		Why:     "Nobody can tell it from what somebody else pushed under its name.",
		Remedy:  "sign the digest: cosign sign --yes image@sha256:…", Criterion: releases,
	}
	provenance = check.Rule{
		ID: "pipeline.provenance", Severity: check.Finding,
		Summary: "what is released has no provenance",
		Why:     "Nobody can tell which commit it was built from, and by which workflow.",
		Remedy:  "attest it: actions/attest, or cosign attest --type slsaprovenance1", Criterion: "SLSA 1.2, Build L1",
	}
	scanned = check.Rule{
		ID: "pipeline.unscanned", Severity: check.Finding,
		Summary: "an image is released that nothing has looked through",
		Remedy:  "scan the digest before it is signed", Criterion: weaknesses,
	}
	verified = check.Rule{
		ID: "pipeline.unverified", Severity: check.Note,
		Summary: "nothing tries the signature before a cluster does",
		Remedy:  "verify as the cluster will: cosign verify, gh attestation verify", Criterion: releases,
	}
	apart = check.Rule{
		ID: "pipeline.sign-apart", Severity: check.Finding,
		Summary: "what is built can reach the identity that signs",
		Why:     "A job with id-token: write can prove to anybody that it is this workflow. A build, a test or a tool that runs in it can sign what it likes.",
		Remedy:  "build in one job and sign in another, which gets the digest alone", Criterion: slsa,
	}
	cache = check.Rule{
		ID: "pipeline.release-cache", Severity: check.Finding,
		Summary: "a release takes in what other runs have left in a cache",
		Remedy:  "set `cache: false` on actions/setup-go where something is pushed", Criterion: slsa,
	}
	noUpdates = check.Rule{
		ID: "pipeline.updates", Severity: check.Finding,
		Summary: "nothing brings new versions of dependencies",
		Why:     "What is pinned stays as it is, weaknesses too.",
		Remedy:  "configure Dependabot (.github/dependabot.yml) or Renovate (renovate.json)", Criterion: updates,
	}
	ecosystem = check.Rule{
		ID: "pipeline.updates-ecosystem", Severity: check.Finding,
		Summary: "new versions of a kind of dependency are not looked for",
		Remedy:  "add the ecosystem to .github/dependabot.yml", Criterion: updates,
	}
	cooldown = check.Rule{
		ID: "pipeline.updates-cooldown", Severity: check.Note,
		Summary: "new versions are taken in their first hour",
		Why:     "Most versions that were tampered with are found out within days.",
		Remedy:  "wait a week: cooldown (Dependabot), minimumReleaseAge (Renovate)",
	}
)

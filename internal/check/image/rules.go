package image

import "github.com/mintwright/mintwright/internal/check"

const (
	restricted = "Pod Security Standards, restricted"
	scorecard  = "OpenSSF Scorecard, Pinned-Dependencies"
)

// rules lists what the area looks for, in the order in which it is told.
func rules() []check.Rule {
	return []check.Rule{
		missing, invalid, user, shell, entrypoint, stopSignal, baseDigest, baseTag, frontend, goVersion, platform,
		cgo, trimpath, layers, addURL, pipedShell, insecureRun, secret, expose, labels, ignore,
	}
}

var (
	missing = check.Rule{
		ID: "image.missing", Severity: check.Note,
		Summary: "there is no Dockerfile",
		Why:     "Nothing here says how the image is made; whatever makes it is not judged.",
		Remedy:  "bring it back from the history, or see that what builds the image instead does as much",
	}
	invalid = check.Rule{
		ID: "image.invalid", Severity: check.Finding,
		Summary: "the Dockerfile cannot be read",
		Why:     "BuildKit would refuse it too.",
		Remedy:  "correct the instruction",
	}
	user = check.Rule{
		ID: "image.user", Severity: check.Finding,
		Summary: "the image does not run as a number that is not root's",
		Why:     "A kubelet that is asked for runAsNonRoot can compare a number only: an image with the name of a user does not start, and one without a USER may be root.",
		Remedy:  "end the last stage with USER 65532:65532", Criterion: restricted + ", runAsNonRoot",
	}
	shell = check.Rule{
		ID: "image.shell", Severity: check.Finding,
		Summary: "the last stage has a shell, or needs one",
		Why:     "What is in the image can be used by whoever gets into it, and has to be patched. A static Go program needs nothing of it; kubectl debug brings tools when they are wanted.",
		Remedy:  "build in a stage of its own and copy the program onto a distroless static image",
	}
	entrypoint = check.Rule{
		ID: "image.entrypoint", Severity: check.Finding,
		Summary: "the program is not started by itself",
		Why:     "In the shell form a shell is process 1: there is none in the image, and where there is one it keeps SIGTERM from the service, which then is killed with its requests.",
		Remedy:  `name the program in the exec form, such as ENTRYPOINT ["/app/orders"]`,
	}
	stopSignal = check.Rule{
		ID: "image.stop-signal", Severity: check.Finding,
		Summary: "the service is stopped by a signal that it does not know",
		Why:     "It drains at SIGTERM and SIGINT. Any other ends it at once, with what is in flight.",
		Remedy:  "leave STOPSIGNAL out",
	}
	baseDigest = check.Rule{
		ID: "image.base-digest", Severity: check.Note,
		Summary: "a base image is named by a tag alone",
		Why:     "A tag means something else tomorrow: the same commit gives another image, with what nobody has looked at. Dependabot and Renovate keep digests new.",
		Remedy:  "run make pin", Criterion: scorecard,
	}
	baseTag = check.Rule{
		ID: "image.base-tag", Severity: check.Finding,
		Summary: "a base image is the latest, whatever that is",
		Why:     "It changes its release with no change here.",
		Remedy:  "name a release, such as golang:1.26, then run make pin", Criterion: scorecard,
	}
	frontend = check.Rule{
		ID: "image.frontend", Severity: check.Note,
		Summary: "a syntax directive fetches the builder's own code by a tag",
		Why:     "BuildKit runs that image to read the Dockerfile. The one that is built in knows all that this Dockerfile has.",
		Remedy:  "remove the directive, or give its image a digest", Criterion: scorecard,
	}
	goVersion = check.Rule{
		ID: "image.go-version", Severity: check.Finding,
		Summary: "the image is built with another Go than go.mod says",
		Why:     "An older one refuses to build; a newer one builds what was never tested.",
		Remedy:  "let the golang image and go.mod name the same release",
	}
	platform = check.Rule{
		ID: "image.platform", Severity: check.Finding,
		Summary: "the image does not follow the platform that is asked for",
		Why:     "Built for arm64 it would hold a program for another machine, and end with \"exec format error\".",
		Remedy:  "declare ARG TARGETOS and ARG TARGETARCH in the stage and build with GOOS=$TARGETOS GOARCH=$TARGETARCH",
	}
	cgo = check.Rule{
		ID: "image.cgo", Severity: check.Finding,
		Summary: "the program is built with cgo",
		Why:     "It then asks for libraries of the builder, which a static image has not.",
		Remedy:  "set ENV CGO_ENABLED=0 before go build",
	}
	trimpath = check.Rule{
		ID: "image.trimpath", Severity: check.Finding,
		Summary: "the program is built without -trimpath",
		Why:     "Folders of the builder get into it, and the same sources give other bytes elsewhere.",
		Remedy:  "give go build the flag -trimpath",
	}
	layers = check.Rule{
		ID: "image.layers", Severity: check.Note,
		Summary: "modules are downloaded anew with each change of a source",
		Why:     "A layer is made anew when what was copied before it has changed.",
		Remedy:  "copy go.mod and go.sum, run go mod download, and then copy the rest",
	}
	addURL = check.Rule{
		ID: "image.add-url", Severity: check.Finding,
		Summary: "ADD fetches an address without a checksum",
		Why:     "Whoever answers there decides what gets into the build.",
		Remedy:  "give it --checksum=sha256:…, or use a module or an image with a digest", Criterion: scorecard,
	}
	pipedShell = check.Rule{
		ID: "image.piped-shell", Severity: check.Finding,
		Summary: "a download is run as it comes",
		Why:     "Whoever answers there runs commands in the build, and may answer otherwise tomorrow.",
		Remedy:  "fetch a release, compare its checksum, then run it", Criterion: scorecard,
	}
	insecureRun = check.Rule{
		ID: "image.insecure-run", Severity: check.Finding,
		Summary: "a step of the build leaves its sandbox",
		Why:     "With --security=insecure it is root on the builder, with --network=host it reaches what listens there.",
		Remedy:  "remove the flag",
	}
	secret = check.Rule{
		ID: "image.secret", Severity: check.Finding,
		Summary: "a secret goes through ARG or ENV",
		Why:     "Both stay in the image's history and in the provenance of the build, for everyone who can pull it.",
		Remedy:  "use RUN --mount=type=secret, and remove the value from the history too", Criterion: "BuildKit, SecretsUsedInArgOrEnv",
	}
	expose = check.Rule{
		ID: "image.expose", Severity: check.Finding,
		Summary: "EXPOSE is not what the service listens on",
		Why:     "Tools and people read there which ports there are.",
		Remedy:  "let EXPOSE name the ports of internal/config/config.go",
	}
	labels = check.Rule{
		ID: "image.labels", Severity: check.Note,
		Summary: "the image does not say what it is and where it comes from",
		Why:     "Registries and scanners find source, version and revision by the annotation names of OCI.",
		Remedy:  "set them with LABEL, from ARGs that the pipeline fills", Criterion: "OCI image specification, annotations",
	}
	ignore = check.Rule{
		ID: "image.dockerignore", Severity: check.Finding,
		Summary: "what is no source reaches the builder",
		Why:     "The history and whatever lies in the folder, secrets among it, goes into layers of the build and into its cache, and each change of it builds anew.",
		Remedy:  "let .dockerignore begin with * and name what is compiled",
	}
)

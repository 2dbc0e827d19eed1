package chart

// Satisfies reports whether a version meets a constraint as Chart.yaml's kubeVersion has it, such
// as ">=1.30.0-0 <2". It fails for what is no constraint, and for what is no version.
func Satisfies(constraint, version string) (bool, error) { return satisfies(constraint, version) }

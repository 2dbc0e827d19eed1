package policy

import (
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"
	"k8s.io/apiserver/pkg/cel/environment"

	"github.com/mintwright/mintwright/e2e/objects"
)

// CompileImagePolicy compiles the expressions of an ImageValidatingPolicy of Kyverno with the
// functions that Kyverno has for images (its pkg/cel/libs/imageverify), and reports names of
// attestors and attestations that the policy does not have. It returns how many there are.
func CompileImagePolicy(o objects.Object) (int, error) {
	version := environment.DefaultCompatibilityVersion()
	set, err := environment.MustBaseEnvSet(version).Extend(environment.VersionedOptions{
		IntroducedVersion: version,
		EnvOptions: []cel.EnvOption{
			cel.Variable("object", cel.DynType), cel.Variable("oldObject", cel.DynType), cel.Variable("request", cel.DynType),
			cel.Variable("images", cel.MapType(cel.StringType, cel.ListType(cel.StringType))),
			cel.Variable("attestors", cel.MapType(cel.StringType, cel.DynType)),
			cel.Variable("attestations", cel.MapType(cel.StringType, cel.DynType)),
			cel.Variable("variables", cel.DynType),
			cel.Function("verifyImageSignatures", cel.Overload("verify_image", []*cel.Type{cel.StringType, cel.ListType(cel.DynType)}, cel.IntType)),
			cel.Function("verifyAttestationSignatures", cel.Overload("verify_attestation", []*cel.Type{cel.StringType, cel.DynType, cel.ListType(cel.DynType)}, cel.IntType)),
			cel.Function("extractPayload", cel.Overload("payload", []*cel.Type{cel.StringType, cel.DynType}, cel.DynType)),
		},
	})
	if err != nil {
		return 0, err
	}
	env, err := set.Env(environment.NewExpressions)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, list := range []string{"matchConditions", "validations"} {
		items, _ := o.At("spec", list).([]any)
		for i, item := range items {
			expression, _ := objects.At(item, "expression").(string)
			ast, issues := env.Compile(expression)
			if issues.Err() != nil {
				return n, fmt.Errorf("%s: %s[%d]: %w", o, list, i, issues.Err())
			}
			if ast.OutputType() != cel.BoolType && ast.OutputType() != cel.DynType {
				return n, fmt.Errorf("%s: %s[%d] is no condition", o, list, i)
			}
			for _, kind := range []string{"attestors", "attestations"} {
				if err := known(o, expression, kind); err != nil {
					return n, err
				}
			}
			n++
		}
	}
	return n, nil
}

// known reports a name of a kind in an expression that the policy does not give to anything.
func known(o objects.Object, expression, kind string) error {
	names := map[string]bool{}
	items, _ := o.At("spec", kind).([]any)
	for _, item := range items {
		name, _ := objects.At(item, "name").(string)
		names[name] = true
	}
	for i, part := range strings.Split(expression, kind+".") {
		name := part[:strings.IndexFunc(part+" ", func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", r)
		})]
		if i > 0 && !names[name] {
			return fmt.Errorf("%s: %s.%s is not among its %s", o, kind, name, kind)
		}
	}
	return nil
}

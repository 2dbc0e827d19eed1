package render

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
)

// Targets of the routes that the blueprint's api package serves.
const (
	greetingsTarget = "GET /v1/greetings/{name}"
	peersTarget     = "GET /v1/peers/{peer}/greetings/{name}"
)

func targets(a answers.Answers) []string {
	if len(a.Calls) == 0 {
		return []string{greetingsTarget}
	}
	return []string{greetingsTarget, peersTarget}
}

func access(a answers.Answers) *jen.File {
	f := newFile(a, "api", "api")
	callers := jen.Var().Id("callers").Qual(own(a, "identity"), "Who").Comment("nobody yet")
	if len(a.Identity.Callers) > 0 {
		var ids []jen.Code
		for _, c := range a.Identity.Callers {
			ids = append(ids, id(c))
		}
		callers = jen.Id("callers").Op(":=").Qual(own(a, "identity"), "IDs").Custom(
			jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, ids...)
	}
	var rules []jen.Code
	for _, t := range targets(a) {
		rules = append(rules, jen.Values(keyed("Target", jen.Lit(t)), keyed("Allow", jen.Id("callers"))))
	}
	comment(f, "Access says who may call what: nobody else may, and nobody may call what does not stand",
		"here. A target is the pattern of a route.")
	f.Func().Id("Access").Params().Qual(own(a, "identity"), "Rules").Block(
		callers,
		jen.Return(jen.Qual(own(a, "identity"), "Rules").Add(lines(rules...))),
	)
	return f
}

// decision is a row of the emitted test.
type decision struct {
	caller, target string
	allowed        bool
}

func decisions(a answers.Answers) []decision {
	var rows []decision
	for _, t := range targets(a) {
		for _, c := range a.Identity.Callers {
			rows = append(rows, decision{c, t, true})
		}
		rows = append(rows, decision{stranger(a), t, false})
	}
	for _, c := range slices.Concat(a.Identity.Callers, []string{stranger(a)}) {
		rows = append(rows, decision{c, "GET /v1/nowhere", false})
	}
	return rows
}

// stranger returns an ID of the own trust domain that is nobody's caller.
func stranger(a answers.Answers) string {
	id := "spiffe://" + a.Identity.TrustDomain + "/nobody/knows/me"
	for slices.Contains(a.Identity.Callers, id) {
		id += "/either"
	}
	return id
}

func accessTest(a answers.Answers) *jen.File {
	f := newFile(a, "api", "api")
	var rows []jen.Code
	for _, d := range decisions(a) {
		rows = append(rows, jen.Values(jen.Lit(d.caller), jen.Lit(d.target), jen.Lit(d.allowed)))
	}
	comment(f, "TestAccess is the table of who may call what, once more and by hand: a change of Access",
		"that was not meant shows here.")
	f.Func().Id("TestAccess").Params(jen.Id("t").Op("*").Qual("testing", "T")).Block(
		append(
			assignFatal("access", jen.Qual(own(a, "identity"), "NewAuthorizer").Call(
				jen.Id("Access").Call(),
				jen.Qual("log/slog", "New").Call(jen.Qual("log/slog", "DiscardHandler")),
				jen.Qual(noopMetricPath, "NewMeterProvider").Call(),
			)),
			jen.For(jen.List(jen.Id("_"), jen.Id("test")).Op(":=").Range().Index().Struct(
				jen.List(jen.Id("caller"), jen.Id("target")).String(),
				jen.Id("allowed").Bool(),
			).Add(lines(rows...))).Block(
				jen.Err().Op(":=").Id("access").Dot("Authorize").Call(
					jen.Id("t").Dot("Context").Call(),
					jen.Qual(spiffeidPath, "RequireFromString").Call(jen.Id("test").Dot("caller")),
					jen.Id("test").Dot("target"),
				),
				jen.If(jen.Id("allowed").Op(":=").Err().Op("==").Nil(), jen.Id("allowed").Op("!=").Id("test").Dot("allowed")).Block(
					jen.Id("t").Dot("Errorf").Call(jen.Lit("%s calls %s: allowed %v, want %v"),
						jen.Id("test").Dot("caller"), jen.Id("test").Dot("target"), jen.Id("allowed"), jen.Id("test").Dot("allowed")),
				),
			),
		)...,
	)
	return f
}

// assignFatal is assign in a test.
func assignFatal(name string, call jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id(name), jen.Err()).Op(":=").Add(call),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Id("t").Dot("Fatal").Call(jen.Err())),
	}
}

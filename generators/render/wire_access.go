package render

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
)

// targets are those of the routes and methods that the blueprint's api package serves.
func targets(a answers.Answers) []string {
	var all []string
	add := func(serves bool, targets ...string) {
		if serves {
			all = append(all, targets...)
		}
	}
	calls, keeps := len(a.Calls) > 0, a.Store != "none"
	add(a.Serves("http"), "GET /v1/greetings/{name}")
	add(a.Serves("http") && keeps, "GET /v1/greetings", "POST /v1/greetings")
	add(a.Serves("http") && calls, "GET /v1/peers/{peer}/greetings/{name}")
	service := "/" + names.Proto(a.Name) + ".v1."
	add(a.Serves("grpc"), service+"GreetingService/GetGreeting", service+"GreetingService/StreamGreetings")
	add(a.Serves("grpc") && keeps, service+"ArchiveService/CreateGreeting", service+"ArchiveService/ListGreetings")
	add(a.Serves("grpc") && calls, service+"PeerService/GetPeerGreeting")
	return all
}

func access(a answers.Answers) *jen.File {
	f := newFile(a, "api", "api")
	f.PackageComment("Package api is what this service offers its callers; who may call what stands in Access.")
	callers := jen.Var().Id("callers").Qual(own(a, "identity"), "Who").Comment("nobody yet")
	switch {
	case a.Allows("any-caller"):
		callers = jen.Id("callers").Op(":=").Qual(own(a, "identity"), "Anyone").Call()
	case len(a.Identity.Callers) > 0:
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
		"here. A target is "+kinds(a)+".")
	f.Func().Id("Access").Params().Qual(own(a, "identity"), "Rules").Block(
		callers,
		jen.Return(jen.Qual(own(a, "identity"), "Rules").Add(lines(rules...))),
	)
	if a.Public() {
		comment(f, "Public says what everyone may call over the public listener, where nobody has an identity.")
		f.Func().Id("Public").Params().Qual(own(a, "identity"), "Rules").Block(
			jen.Return(jen.Qual(own(a, "identity"), "Rules").Add(lines(
				jen.Values(keyed("Target", jen.Lit("GET /v1/greetings/{name}")), keyed("Allow", jen.Qual(own(a, "identity"), "Everyone").Call())),
			))),
		)
	}
	return f
}

// kinds says what a target can be.
func kinds(a answers.Answers) string {
	switch {
	case !a.Serves("grpc"):
		return "the pattern of a route"
	case !a.Serves("http"):
		return "the full name of a method"
	default:
		return "the pattern of a route, or the full name of a gRPC method"
	}
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
		rows = append(rows, decision{stranger(a), t, a.Allows("any-caller")})
	}
	for _, c := range slices.Concat(a.Identity.Callers, []string{stranger(a)}) {
		rows = append(rows, decision{c, "nowhere", false})
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

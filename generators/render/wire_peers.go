package render

import (
	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
)

// askName returns the function that makes a peer of a connection.
func askName(c answers.Call) string { return "ask" + names.Exported(c.Name) }

// peers adapts the contracts of the services that are called over gRPC.
func peers(a answers.Answers) *jen.File {
	f := newFile(a, "app", "app")
	greeting := jen.Qual(own(a, "greetings"), "Greeting")
	for _, c := range a.Calls {
		if c.Protocol != "grpc" {
			continue
		}
		contract := contractPath(a, c.Name)
		f.ImportAlias(contract, names.ProtoGo(c.Name))
		answer := func(field string) jen.Code {
			return keyed(field, jen.Id("response").Dot("GetGreeting").Call().Dot("Get"+field).Call())
		}
		comment(f, askName(c)+" returns the peer that a connection to "+c.Name+" leads to.")
		f.Func().Id(askName(c)).Params(jen.Id("conn").Qual(grpcPath, "ClientConnInterface")).Qual(own(a, "greetings"), "Peer").Block(
			jen.Id("client").Op(":=").Qual(contract, "NewGreetingServiceClient").Call(jen.Id("conn")),
			jen.Return(jen.Func().Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("name").String()).Params(greeting, jen.Error()).Block(
				jen.List(jen.Id("response"), jen.Err()).Op(":=").Id("client").Dot("GetGreeting").Call(
					jen.Id("ctx"), jen.Op("&").Qual(contract, "GetGreetingRequest").Values(keyed("Name", jen.Id("name")))),
				jen.Return(jen.Add(greeting).Values(answer("Message"), answer("Caller")), jen.Err()),
			)),
		)
	}
	return f
}

// contractPath is the import path of the contract of a service, in the module of a.
func contractPath(a answers.Answers, service string) string {
	return a.Module + "/" + names.ProtoFolder(service)
}

package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
)

// usageText is what --help says before the settings.
func usageText(a answers.Answers) string {
	name := a.Name
	pad := func(s string) string { return fmt.Sprintf("  %-*s", len(name)+len(" check-config")+4, name+s) }
	check, migrate := "print the settings and who may call what\n", ""
	ping := pad(" ping URL") + "call a replica, as the workload that this runs in; with --refused, to be refused\n"
	if !a.Answering() {
		check, ping = "print the settings\n", ""
	}
	if a.Store != "none" {
		migrate = pad(" migrate") + "bring the schema of the database up to date\n"
	}
	return "Usage:\n" +
		pad("") + "run until SIGTERM or SIGINT; a second one exits at once\n" +
		migrate +
		pad(" check-config") + check +
		ping +
		pad(" --version") + "print the version\n" +
		pad(" --help") + "print this and the settings\n" +
		"\nSettings, by environment variable:\n"
}

// commentLine returns a line of a user's text as a comment line that stays one. Jennifer takes
// what begins with a slash for a comment already; gofmt turns "+build" into a constraint and
// "#" into a heading; and tools read "Code generated" as a promise.
func commentLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	first, _ := utf8.DecodeRuneInString(text)
	if !unicode.IsLetter(first) && !unicode.IsDigit(first) || strings.HasPrefix(text, "Code generated ") {
		text = "In short: " + text
	}
	return "// " + text
}

// rawLit is text between backquotes, where it can stand there.
func rawLit(text string) jen.Code {
	if strings.ContainsAny(text, "`\r\ufeff") {
		return jen.Lit(text)
	}
	return jen.Id("`" + text + "`")
}

func command(a answers.Answers) *jen.File {
	f := newFile(a, "main", "main")
	f.PackageComment("Command " + a.Name + " is a service with a SPIFFE identity.")
	if a.Description != "" {
		f.PackageComment("")
		f.PackageComment(commentLine(a.Description))
	}
	f.Const().Id("usage").Op("=").Add(rawLit(usageText(a)))

	f.Func().Id("main").Params().Block(
		jen.If(jen.Err().Op(":=").Id("run").Call(jen.Qual("os", "Args").Index(jen.Lit(1).Op(":")), jen.Qual("os", "Stdout")), jen.Err().Op("!=").Nil()).Block(
			jen.Qual("fmt", "Fprintln").Call(jen.Qual("os", "Stderr"), jen.Lit(a.Name+":"), jen.Err()),
			jen.Qual("os", "Exit").Call(jen.Lit(1)),
		),
	)
	f.Line()
	f.Func().Id("run").Params(jen.Id("args").Index().String(), jen.Id("stdout").Qual("io", "Writer")).Error().Block(
		jen.List(jen.Id("c"), jen.Id("settings"), jen.Err()).Op(":=").Qual(own(a, "config"), "Load").Call(jen.Qual("os", "Getenv")),
		pingCase(a),
		jen.Switch(jen.Id("command").Op(":=").Qual("strings", "Join").Call(jen.Id("args"), jen.Lit(" ")), jen.Id("command")).Block(
			jen.Case(jen.Lit("")).Block(
				ifErr(),
				jen.Return(untilAsked(a, "Run")),
			),
			migrateCase(a),
			jen.Case(jen.Lit("check-config")).Block(checkConfig(a)...),
			jen.Case(jen.Lit("--version"), jen.Lit("version")).Block(
				jen.List(jen.Id("_"), jen.Err()).Op(":=").Qual("fmt", "Fprintln").Call(jen.Id("stdout"), jen.Qual(own(a, "app"), "Name"), jen.Qual(own(a, "ops"), "Version").Call()),
				jen.Return(jen.Err()),
			),
			jen.Case(jen.Lit("--help"), jen.Lit("-h"), jen.Lit("help")).Block(
				jen.Qual("fmt", "Fprint").Call(jen.Id("stdout"), jen.Id("usage")),
				jen.Return(jen.Qual(own(a, "env"), "Write").Call(jen.Id("stdout"), jen.Id("settings"))),
			),
			jen.Default().Block(
				jen.Return(jen.Qual("fmt", "Errorf").Call(jen.Lit("unknown command %q: see "+a.Name+" --help"), jen.Id("command"))),
			),
		),
	)
	f.Line()
	conf := jen.Qual(own(a, "config"), "Config")
	comment(f, "untilAsked calls do with a context that ends with SIGTERM or SIGINT. A second one exits at once.")
	f.Func().Id("untilAsked").Params(
		jen.Id("do").Func().Params(jen.Qual("context", "Context"), conf).Error(), jen.Id("c").Add(conf),
	).Error().Block(
		jen.List(jen.Id("ctx"), jen.Id("stop")).Op(":=").Qual("context", "WithCancel").Call(jen.Qual("context", "Background").Call()),
		jen.Defer().Id("stop").Call(),
		jen.Id("asked").Op(":=").Make(jen.Chan().Qual("os", "Signal"), jen.Lit(2)),
		jen.Qual("os/signal", "Notify").Call(jen.Id("asked"), jen.Qual("os", "Interrupt"), jen.Qual("syscall", "SIGTERM")),
		jen.Go().Func().Params().Block(
			jen.Op("<-").Id("asked"),
			jen.Id("stop").Call(),
			jen.Op("<-").Id("asked"),
			jen.Qual("os", "Exit").Call(jen.Lit(1)),
		).Call(),
		jen.Return(jen.Id("do").Call(jen.Id("ctx"), jen.Id("c"))),
	)
	return f
}

// untilAsked is the call of what runs until a signal: a function of package app.
func untilAsked(a answers.Answers, do string) jen.Code {
	return jen.Id("untilAsked").Call(jen.Qual(own(a, "app"), do), jen.Id("c"))
}

func migrateCase(a answers.Answers) jen.Code {
	if a.Store == "none" {
		return jen.Null()
	}
	return jen.Case(jen.Lit("migrate")).Block(ifErr(), jen.Return(untilAsked(a, "Migrate")))
}

// pingCase is for the one command with arguments. It needs no setting but the Workload API.
func pingCase(a answers.Answers) jen.Code {
	if !a.Answering() {
		return jen.Null()
	}
	return jen.If(jen.Len(jen.Id("args")).Op(">").Lit(0).Op("&&").Id("args").Index(jen.Lit(0)).Op("==").Lit("ping")).Block(
		jen.Return(jen.Qual(own(a, "ping"), "Run").Call(
			jen.Qual("context", "Background").Call(), jen.Id("c").Dot("WorkloadAPI"), jen.Qual(own(a, "app"), "ID").Call(),
			jen.Id("args").Index(jen.Lit(1), jen.Empty()), jen.Id("stdout"),
		)),
	)
}

func checkConfig(a answers.Answers) []jen.Code {
	write := jen.Qual(own(a, "env"), "Write").Call(jen.Id("stdout"), jen.Id("settings"))
	body := []jen.Code{ifErr(), jen.Qual("fmt", "Fprintln").Call(jen.Id("stdout"), jen.Lit("Settings:"))}
	if !a.Answering() {
		return append(body, jen.Return(write))
	}
	return append(body,
		jen.If(jen.Err().Op(":=").Add(write), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
		jen.List(jen.Id("_"), jen.Err()).Op(":=").Qual("fmt", "Fprintf").Call(jen.Id("stdout"), jen.Lit("Access:\n%s"), jen.Qual(own(a, "api"), "Access").Call()),
		jen.Return(jen.Err()),
	)
}

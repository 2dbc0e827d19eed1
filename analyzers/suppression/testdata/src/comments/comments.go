package comments

func hello(string) {}
func bye(string)   {}

func reasoned() {
	//lint:ignore greeting.hello politeness is wanted
	hello("a")
	//lint:ignore greeting,U1000 politeness is wanted
	hello("b")
	hello("c") //nolint:greeting // politeness is wanted
	hello("d") //nolint
	//nolint:errcheck
	hello("e")
}

func reasonless() {
	// want +1 `lint:ignore greeting.hello does not say why: write it after the names`
	//lint:ignore greeting.hello
	hello("a")
	// want +1 `nolint greeting does not say why: write it after the names, as in .//nolint:name // reason.`
	hello("b") //nolint:greeting
}

func needless() {
	// want +1 `lint:ignore greeting.hello silences nothing: delete it`
	//lint:ignore greeting.hello politeness is wanted
	print("a")
	//lint:ignore greeting.bye the rule is off
	bye("b")
	// want +1 `silences nothing`
	//lint:ignore greeting,U1000 speaks to others too
	print("c")
}

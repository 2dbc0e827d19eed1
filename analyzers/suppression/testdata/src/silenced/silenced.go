package silenced

func hello(string) {}

func lines() {
	//lint:ignore greeting.hello politeness is wanted
	hello("a")
	hello("b") // want "a greeting"

	hello("c") //nolint:greeting // politeness is wanted
	hello("d") // want "a greeting"
	hello("e") //nolint
	hello("f") //nolint:errcheck // want "a greeting"
	hello("g") //lint:ignore errcheck of no concern // want "a greeting"
}

//nolint:greeting.hello // all of it
func whole() {
	hello("a")
	hello("b")
}

func statement() {
	//nolint:greeting // the block
	for range 3 {
		hello("a")
	}
	hello("b") // want "a greeting"
}

func after() {
	// want +1 "a greeting"
	hello("a")
	//lint:ignore U1000 of no concern
	_ = 1 // nolintlint is another word
}

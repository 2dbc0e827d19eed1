// Command floor is a vet tool that finds nothing: what it costs, every vet tool does.
package main

import "golang.org/x/tools/go/analysis/unitchecker"

func main() { unitchecker.Main() }

// Command peers runs gosec or go-spancheck on a module, and prints their findings as JSON.
//
// Both are built from their own packages: gosec's own command cannot be had without the client
// libraries of several language models, go-spancheck's takes no -json. Rules and settings are
// those of the commands: all rules of gosec, all three checks of go-spancheck.
// Staticcheck is a tool of this module and is built from its own command.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"

	"github.com/jjti/go-spancheck"
	"github.com/securego/gosec/v2"
	"github.com/securego/gosec/v2/analyzers"
	"github.com/securego/gosec/v2/rules"
	"golang.org/x/tools/go/analysis/singlechecker"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "peers: usage: peers gosec | spancheck [flags] [packages]")
		os.Exit(2)
	}
	name := os.Args[1]
	os.Args = append(os.Args[:1], os.Args[2:]...)
	switch name {
	case "gosec":
		if err := runGosec(os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "peers: error:", err)
			os.Exit(1)
		}
	case "spancheck":
		config := spancheck.NewDefaultConfig()
		config.EnabledChecks = []string{"end", "set-status", "record-error"}
		singlechecker.Main(spancheck.NewAnalyzerWithConfig(config))
	default:
		fmt.Fprintf(os.Stderr, "peers: there is no %q here\n", name)
		os.Exit(2)
	}
}

// runGosec does what gosec's command does for "gosec -fmt json ./...", in the working folder.
func runGosec(w io.Writer) error {
	dirs, err := gosec.PackagePaths("./...", nil)
	if err != nil {
		return err
	}
	config := gosec.NewConfig()
	checker := gosec.NewAnalyzer(config, false, false, false, runtime.GOMAXPROCS(0), log.New(io.Discard, "", 0))
	checker.LoadRules(rules.Generate(false).RulesInfo())
	checker.LoadAnalyzers(analyzers.Generate(false).AnalyzersInfo())
	if err := checker.Process(nil, dirs...); err != nil {
		return err
	}
	issues, _, failures := checker.Report()
	for file, list := range failures {
		for _, f := range list {
			fmt.Fprintf(os.Stderr, "peers: gosec: %s: %s\n", file, f.Err)
		}
	}
	return json.NewEncoder(w).Encode(issues)
}

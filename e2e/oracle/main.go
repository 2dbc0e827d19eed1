// The command oracle runs the tests of packages of this module, and those of modules that lie
// in it, and prints what each has judged. A test that is skipped is a failure: what is not
// judged must not look as if it were.
//
//	go run ./oracle ./chart ./manifests ./collector
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	start := time.Now()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
	fmt.Printf("oracle: all of it holds (%s)\n", time.Since(start).Round(time.Second))
}

// event is a line of go test -json (go doc test2json).
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

func run(packages []string) error {
	var here, modules []string
	for _, p := range packages {
		if _, err := os.Stat(filepath.Join(p, "go.mod")); err == nil {
			modules = append(modules, p)
		} else {
			here = append(here, p)
		}
	}
	failures := []error{test(".", here...)}
	for _, m := range modules {
		failures = append(failures, test(m, "./..."))
	}
	return errors.Join(failures...)
}

// test runs the tests of packages of a module.
func test(module string, packages ...string) error {
	cmd := exec.Command("go", append([]string{"test", "-C", module, "-json", "-timeout", "40m"}, packages...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	skipped, err := read(out)
	if failure := cmd.Wait(); failure != nil {
		err = errors.Join(err, fmt.Errorf("go test in %s: %w", module, failure))
	}
	return errors.Join(err, skippedError(skipped))
}

func skippedError(skipped []string) error {
	if len(skipped) == 0 {
		return nil
	}
	return fmt.Errorf("skipped: %s", strings.Join(skipped, ", "))
}

// read prints what is worth reading, and returns the tests that were skipped.
func read(out io.Reader) (skipped []string, err error) {
	d := json.NewDecoder(out)
	for {
		var e event
		if err := d.Decode(&e); errors.Is(err, io.EOF) {
			return skipped, nil
		} else if err != nil {
			return skipped, fmt.Errorf("reading what go test says: %w", err)
		}
		name := strings.TrimPrefix(e.Package, "github.com/mintwright/mintwright/e2e/")
		switch {
		case e.Action == "skip" && e.Test != "":
			skipped = append(skipped, name+" "+e.Test)
		case e.Action == "pass" && e.Test == "":
			fmt.Printf("%-12s ok (%.0f s)\n", name, e.Elapsed)
		case e.Action == "fail" && e.Test == "":
			fmt.Printf("%-12s FAILED\n", name)
		case e.Action == "output" || e.Action == "build-output":
			if line := worth(e.Output); line != "" {
				fmt.Printf("%-12s %s\n", name, line)
			}
		}
	}
}

// worth is a line without where in a test it was printed; "" for one that go test prints always.
func worth(line string) string {
	line = strings.TrimRight(line, "\n")
	text := strings.TrimSpace(line)
	for _, usual := range []string{"=== ", "--- PASS", "PASS", "ok ", "FAIL\t", "FAIL", `{"level"`} {
		if strings.HasPrefix(text, usual) {
			return ""
		}
	}
	return strings.TrimRight(line, " ")
}

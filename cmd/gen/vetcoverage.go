package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/mintwright/mintwright/analyzers/spancoverage"
)

// coverageDocument is what --coverage --json prints.
type coverageDocument struct {
	Version  int                     `json:"version"`
	Packages []spancoverage.Coverage `json:"packages"` // those with something to count
	Total    spancoverage.Coverage   `json:"total"`
}

// printCoverage prints what has a span, by package. It is a report and no judgement: most
// functions need none.
func (v *vetCommand) printCoverage(all *found) error {
	d := coverageDocument{Version: 1, Packages: []spancoverage.Coverage{}, Total: spancoverage.Coverage{Package: "all"}}
	for _, c := range all.coverage {
		if c.Boundaries+c.Functions == 0 {
			continue // a package of tests, or one that nothing is to count in
		}
		for i := range c.Without {
			c.Without[i].File = v.relative(c.Without[i].File)
		}
		d.Packages = append(d.Packages, c)
		d.Total.Boundaries += c.Boundaries
		d.Total.BoundariesWith += c.BoundariesWith
		d.Total.Functions += c.Functions
		d.Total.FunctionsWith += c.FunctionsWith
	}
	if v.format.json {
		e := json.NewEncoder(v.env.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(d)
	}
	t := tabwriter.NewWriter(v.env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "package\tboundaries\twith a span\tfunctions\twith a span")
	for _, c := range append(d.Packages, d.Total) {
		row(t, c)
	}
	return t.Flush()
}

func row(w io.Writer, c spancoverage.Coverage) {
	fmt.Fprintf(w, "%s\t%d\t%s\t%d\t%s\n", c.Package, c.Boundaries, share(c.BoundariesWith, c.Boundaries), c.Functions, share(c.FunctionsWith, c.Functions))
}

// share returns "3 (75 %)".
func share(n, of int) string {
	if of == 0 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d (%d %%)", n, 100*n/of)
}

package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// table is a table of Markdown: a name and figures a row.
type table struct {
	head []string
	rows [][]string
}

// add adds a row whose figures are all of one format.
func (t *table) add(name, format string, figures ...float64) {
	row := []string{name}
	for _, f := range figures {
		row = append(row, fmt.Sprintf(format, f))
	}
	t.rows = append(t.rows, row)
}

func (t table) String() string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.head)
	line(append([]string{"---"}, slices.Repeat([]string{"---:"}, len(t.head)-1)...))
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}

// series returns one figure of each sample.
func series[T any](samples []T, figure func(T) float64) []float64 {
	var list []float64
	for _, s := range samples {
		list = append(list, figure(s))
	}
	return list
}

// median returns the middle of list, or what is not a number for an empty one.
func median(list []float64) float64 {
	n := len(list)
	if n == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(list))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func lowest(list []float64) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	return slices.Min(list)
}

// ratio returns the median of the ratios of a to b, round by round.
func ratio(a, b []float64) float64 {
	var list []float64
	for i := range min(len(a), len(b)) {
		list = append(list, a[i]/b[i])
	}
	return median(list)
}

// turn returns the order of n in a round: forwards in one, backwards in the next.
func turn(n, round int) []int {
	var order []int
	for i := range n {
		order = append(order, i)
	}
	if round%2 == 1 {
		slices.Reverse(order)
	}
	return order
}

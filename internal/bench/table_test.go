package main

import (
	"math"
	"os"
	"slices"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		list []float64
		want float64
	}{
		{[]float64{5}, 5},
		{[]float64{9, 1, 5}, 5},
		{[]float64{4, 1, 9, 2}, 3},
	} {
		given := slices.Clone(c.list)
		if got := median(c.list); got != c.want {
			t.Errorf("median of %v: want %v, got %v", c.list, c.want, got)
		}
		if !slices.Equal(c.list, given) {
			t.Errorf("median changed %v to %v", given, c.list)
		}
	}
	if got := median(nil); !math.IsNaN(got) {
		t.Errorf("median of nothing: want NaN, got %v", got)
	}
}

// A machine that is three times slower in one round changes no ratio.
func TestRatioIsWithinRounds(t *testing.T) {
	bare, other := []float64{10, 30, 10}, []float64{20, 60, 20}
	if got := ratio(other, bare); got != 2 {
		t.Errorf("want 2, got %v", got)
	}
}

func TestTurn(t *testing.T) {
	for round, want := range [][]int{{0, 1, 2}, {2, 1, 0}, {0, 1, 2}} {
		if got := turn(3, round); !slices.Equal(got, want) {
			t.Errorf("round %d: want %v, got %v", round, want, got)
		}
	}
}

func TestTable(t *testing.T) {
	tab := table{head: []string{"what", "ms"}}
	tab.add("this", "%.1f", 1.25)
	const want = "| what | ms |\n| --- | ---: |\n| this | 1.2 |\n"
	if got := tab.String(); got != want {
		t.Errorf("want\n%s\ngot\n%s", want, got)
	}
}

// The clock of a process counts what it computes, and not what it waits.
func TestCPUTime(t *testing.T) {
	before, err := cpuTime(os.Getpid())
	if err != nil {
		t.Skip(err)
	}
	sum := 0.0
	for i := range 20_000_000 {
		sum += math.Sqrt(float64(i))
	}
	after, err := cpuTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if after-before < 1e6 || sum == 0 {
		t.Errorf("want milliseconds, got %v", after-before)
	}
	if _, err := cpuTime(1<<22 + 1); err == nil { // above the highest that Linux gives
		t.Error("a process that is not there has a time")
	}
}

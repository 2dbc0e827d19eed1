package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAllocations holds what an emitted service may allocate for a request more than the bare
// one, whole processes both, with 1 % of its traces sampled. Times are no test.
func TestAllocations(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a service")
	}
	if _, err := cpuTime(os.Getpid()); err != nil {
		t.Skip(err)
	}
	// Not t.TempDir: with the test's name in it, it is longer than a socket's path may be.
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := t.Context()
	if err := build(ctx, filepath.Join("..", ".."), dir, leanProgram); err != nil {
		t.Fatal(err)
	}
	w, err := newWorld(dir, resting)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	most := map[int]float64{http1: 8, http2: 14, grpcCalls: 36} // more than bare
	got := map[int][]float64{}
	for _, i := range []int{bare, leanFew} {
		srv, err := w.start(ctx, subjects()[i])
		if err != nil {
			t.Fatal(err)
		}
		for k := range most {
			send, err := kinds(size{})[k].caller(w, srv)
			if err != nil {
				t.Fatal(err)
			}
			s, err := srv.measure(ctx, send, 2000)
			if err != nil {
				t.Fatal(err)
			}
			got[k] = append(got[k], s.allocs)
		}
	}
	for k, most := range most {
		name, more := kinds(size{})[k].name, got[k][1]-got[k][0]
		t.Logf("%s: %.1f allocations, %.1f more than bare", name, got[k][1], more)
		if more > most {
			t.Errorf("%s: want at most %v allocations more than bare", name, most)
		}
	}
}

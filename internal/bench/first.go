package main

import (
	"context"
	"fmt"
	"time"
)

// measureFirst starts services again and again, and returns a table of the time from the start
// of the process to its first answer over mutual TLS.
func measureFirst(ctx context.Context, dir string, s size) ([]fmt.Stringer, error) {
	w, err := newWorld(dir, resting)
	if err != nil {
		return nil, err
	}
	defer w.close()
	list := []subject{subjects()[bare], subjects()[stockFew], subjects()[leanFew]}
	took := make([][]float64, len(list))
	for round := range s.starts + 1 {
		for _, i := range turn(len(list), round) {
			began := time.Now()
			srv, err := w.start(ctx, list[i])
			if err != nil {
				return nil, err
			}
			if round > 0 {
				took[i] = append(took[i], float64(time.Since(began))/float64(time.Millisecond))
			}
			w.stop(srv)
		}
	}
	t := table{head: []string{"from the start to the first answer", "ms", "lowest"}}
	for i, sub := range list {
		t.add(sub.name, "%.1f", median(took[i]), lowest(took[i]))
	}
	return []fmt.Stringer{t}, nil
}

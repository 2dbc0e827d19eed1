package main

import "fmt"

// goals holds what was measured against what is wanted.
func goals(results []result) table {
	t := table{head: []string{"goal", "wanted", "measured", ""}}
	most := func(name, format string, wanted, got float64) {
		t.goal(name, "at most "+format, format, wanted, got, got <= wanted)
	}
	least := func(name, format string, wanted, got float64) {
		t.goal(name, "at least "+format, format, wanted, got, got >= wanted)
	}
	h, g := results[http1], results[grpcCalls]
	most("HTTP/1.1, 1 % sampled: CPU, of bare", "%.2f", 1.25, h.ratio(leanFew, bare, cpuOf))
	most("HTTP/1.1, 1 % sampled: allocations more than bare", "%.1f", 8, h.median(leanFew, allocsOf)-h.median(bare, allocsOf))
	most("HTTP/1.1, all sampled: CPU, of bare", "%.2f", 2.3, h.ratio(leanAll, bare, cpuOf))
	least("HTTP/1.1, 1 % sampled: requests a second, of bare", "%.2f", 0.88, h.ratio(leanFew, bare, rateOf))
	most("gRPC, 1 % sampled: CPU, of bare", "%.2f", 1.5, g.ratio(leanFew, bare, cpuOf))
	name, worst := best(h, peersFew, leanFew)
	most("1 % sampled: CPU, of the best peer ("+name+")", "%.2f", 0.9, worst)
	name, worst = best(h, peersFew+len(peers), leanAll)
	most("all sampled: CPU, of the best peer ("+name+")", "%.2f", 1, worst)
	return t
}

func (t *table) goal(name, words, format string, wanted, got float64, reached bool) {
	verdict := "missed"
	if reached {
		verdict = "reached"
	}
	t.rows = append(t.rows, []string{name, fmt.Sprintf(words, wanted), fmt.Sprintf(format, got), verdict})
}

// best returns the peer from an index on that ours is the highest ratio of, and the ratio.
func best(r result, from, ours int) (string, float64) {
	name, highest := "", 0.0
	for i, p := range peers {
		if of := r.ratio(ours, from+i, cpuOf); of > highest {
			name, highest = p.stack, of
		}
	}
	return name, highest
}

//go:build linux || darwin

package golden

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestSoak has everything happen to the shop under a constant load, the faults again and again
// for as long as SOAK says, and writes the tables of docs/failure-modes.md to SOAK_REPORT.
func TestSoak(t *testing.T) {
	duration, err := time.ParseDuration(cmp.Or(os.Getenv("SOAK"), "0s"))
	switch {
	case err != nil:
		t.Fatal(err)
	case duration == 0:
		t.Skip("takes half an hour: make soak")
	}
	const lifetime, pause, rotations = 30 * time.Second, 15 * time.Second, 20
	programs := buildShop(t)
	clock := clockSteps(buildWithClock(t, programs["payments"]), pause)
	end := time.Now().Add(duration)
	s := newStage(t, programs, lifetime)
	s.begin(t)
	begin := time.Now()
	var faulty, attacks []figures
	run := func(list []fault) (out []figures) {
		for _, f := range list {
			if s.has(t, f) {
				out = append(out, s.suffer(t, f, true))
			}
		}
		return out
	}
	faulty = run(append(faults(pause, rotations), clock...))
	attacks = run(hostile())
	for again := append(faults(pause, 1), clock...); time.Now().Before(end); {
		for _, f := range again {
			if time.Now().Before(end) {
				faulty = append(faulty, run([]fault{f})...)
			}
		}
	}
	lasted := time.Since(begin).Round(time.Second)
	jobs := s.jobs(t)

	var report strings.Builder
	fmt.Fprintf(&report, "%s/%s, %d cores, %s. %s under load: %d requests, %s.\n\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), lasted, s.asked(), jobs)
	report.WriteString(table(faulty, false))
	report.WriteString("\n")
	report.WriteString(table(attacks, true))
	t.Log("\n" + report.String())
	if name := os.Getenv("SOAK_REPORT"); name != "" {
		if err := os.WriteFile(name, []byte(report.String()), 0o600); err != nil {
			t.Error(err)
		}
	}
}

func (s *stage) asked() (n int64) {
	for _, tr := range s.load.traffic {
		n += tr.sent.Load()
	}
	return n
}

// table is in Markdown. What happened several times is one line: with sums of requests, and the
// largest of the rest.
func table(all []figures, isHostile bool) string {
	var names []string
	by := map[string][]figures{}
	for _, f := range all {
		name := strings.TrimRight(strings.TrimSuffix(f.name, " times"), "0123456789, ")
		if isHostile {
			name = f.name
		}
		if by[name] == nil {
			names = append(names, name)
		}
		by[name] = append(by[name], f)
	}
	var b strings.Builder
	if isHostile {
		b.WriteString("| what is done | what it comes to | others: requests | failed | payments, MB: before, at most, after | lines logged |\n| --- | --- | ---: | ---: | --- | ---: |\n")
	} else {
		b.WriteString("| fault | times | requests | failed | well again, s | jobs caught up, s | put aside | MB before | at most | after | goroutines before | after | seen |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- | --- | --- | --- | --- |\n")
	}
	for _, name := range names {
		var sum figures
		for _, f := range by[name] {
			sum.asked += f.asked
			sum.aside += f.aside
			if sum.failed == nil {
				sum.failed = map[string]int{}
			}
			sum.failed[""] += f.failures()
			sum.recovered, sum.jobs = max(sum.recovered, f.recovered), max(sum.jobs, f.jobs)
			sum.lines = max(sum.lines, f.lines)
			sum.told = cmp.Or(sum.told, f.told)
			sum.most = larger(sum.most, f.most)
		}
		first, last := by[name][0], by[name][len(by[name])-1]
		if isHostile {
			fmt.Fprintf(&b, "| %s | %s | %d | %d | %d, %d, %d | %d |\n", name, strings.ReplaceAll(sum.told, "|", "\\|"), sum.asked, sum.failures(),
				first.before["payments"], sum.most["payments"], last.after["payments"], sum.lines)
			continue
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %.1f | %.1f | %d | %s | %s | %s | %s | %s | %s |\n", name, len(by[name]), sum.asked, sum.failures(),
			sum.recovered.Seconds(), sum.jobs.Seconds(), sum.aside, numbers(first.before), numbers(sum.most), numbers(last.after), numbers(first.routinesBefore), numbers(last.routinesAfter), sum.told)
	}
	return b.String()
}

func larger(a, b map[string]int) map[string]int {
	out := maps.Clone(b)
	for name, n := range a {
		out[name] = max(out[name], n)
	}
	return out
}

// numbers are those of each service.
func numbers(by map[string]int) string {
	var texts []string
	for _, name := range []string{"payments", "orders", "mailer", "ledger"} {
		texts = append(texts, fmt.Sprint(by[name]))
	}
	return strings.Join(texts, " ")
}

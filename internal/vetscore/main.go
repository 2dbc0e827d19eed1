// Command vetscore measures gen vet, and its peers, against cases that say what is right.
//
// The cases are the module in the folder cases. A case is a file: its header tells what it
// is and where the evidence comes from, R1 to R16 being the classes of real mistakes that
// no other tool finds. A line that wants a finding says so in a comment,
//
//	// BAD spanend.leak           a finding of this rule; with "|" of one of several
//	// BAD(option) spanctx.stale  by a rule that is off unless asked for
//	// BAD(low) spanend.dropped   of any confidence; without it only a high one counts
//	// BAD spanend.loop @a        one mistake, to be told at one or more of the lines with @a
//	// BAD-NEXT suppression.reason   means the line below
//	// MAY spanctx.dropped        neither wanted nor false; also behind the rules of a BAD
//
// and a case without BAD is a near miss: it must stay silent, and "// GOOD: why" stands where
// somebody could stumble. A finding counts for a mistake when its rule is wanted and it lies
// on the labelled line or in the same statement; a compound statement is its header alone.
// Every other finding is false. Rules that are off are judged in the folder of their analyzer.
//
// The cases of an analyzer share a package, but where the package as a whole is evidence they
// have one of their own. A service that asks for its peer's ID may well admit every handshake:
// those about whom a handshake admits stand apart, in spiffeauthz/handshake. And the client
// whose package puts traces into requests by itself is in spanmissing/good_own_transport.
//
// Recall is mistakes found of mistakes; precision is mistakes found of these and the false
// findings. Findings of less than high confidence are counted apart.
//
// The peers (gosec, go-spancheck, staticcheck, pinned in the module in the folder peers) are
// measured more kindly: a finding of theirs counts for a mistake when it lies on a labelled
// line or in its statement, whatever it says. Elsewhere it is false only when the function has
// no mistake at all, once a function, and only when it is about our subjects: gosec's G402,
// G123 (TLS) and G118 (contexts), and go-spancheck's end; its set-status and record-error,
// off by themselves, in the folder spanerror alone. Staticcheck has no such rules. They run
// with all of their rules, but for staticcheck's U1000: nobody calls a case.
//
// Run it by "make vet-score". It exits with 1 when gen is below the bar, or could not check
// a package.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// The bar, in per cent.
const (
	leastRecall    = 95
	leastPrecision = 98
)

// errBelow says that gen misses the bar.
var errBelow = errors.New("gen is below the bar")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	gen := flag.String("gen", "", "the program to measure; built from this module when empty")
	only := flag.String("only", "", "what to run, of gen, gosec, spancheck and staticcheck; all when empty")
	rules := flag.Bool("rules", false, "print gen's figures by rule")
	flag.Parse()
	if err := run(ctx, *gen, *only, *rules); err != nil {
		fmt.Fprintln(os.Stderr, "vetscore: error:", err)
		os.Exit(1)
	}
}

// run measures from the root of this module.
func run(ctx context.Context, gen, only string, byRule bool) error {
	corpus, err := readCorpus("internal/vetscore/cases")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "vetscore-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if gen != "" {
		if gen, err = filepath.Abs(gen); err != nil {
			return err
		}
	}
	var scores []*score
	for _, t := range tools(dir, gen) {
		if only != "" && only != t.name {
			continue
		}
		progress("%s", t.name)
		found, unchecked, err := t.run(ctx, corpus)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		s := judge(t, corpus, found)
		s.unchecked = unchecked
		scores = append(scores, s)
	}
	report(os.Stdout, corpus, scores, byRule)
	for _, s := range scores {
		if sum := s.total(); s.tool.isOurs && (len(s.unchecked) > 0 || sum.recall() < leastRecall || sum.precision() < leastPrecision) {
			return errBelow
		}
	}
	return nil
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "vetscore: "+format+"\n", args...)
}

// output runs a command in a folder and returns what it prints. Exits with one of the codes
// are no failures: linters tell findings by them.
func output(ctx context.Context, dir string, codes []int, argv ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		for _, code := range codes {
			if exit.ExitCode() == code {
				return out, nil
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
	}
	return out, nil
}

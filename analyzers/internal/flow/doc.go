// Package flow follows a value that has to be ended, a span or a source of SVIDs, from where
// it is made to each way out of its function.
//
// A function is walked along its control-flow graph, as ctrlflow makes it: every successor
// counts, and the ways out are return statements and the end of the body. A panic, os.Exit,
// log.Fatal and what calls them always are none. The walk remembers a few conditions (a nil
// check, an error that came with the value, a flag), so that it does not take a path that
// contradicts itself; a block is entered a bounded number of times, hence the time is linear in
// the size of the function.
//
// What a function does with its parameters and results is summarised, and summaries of other
// packages come as facts, see Kind. They are computed to a fixpoint: bits are only added, the
// number of bits is finite, so recursion ends.
//
// A value is handed over where it goes to somebody whom we cannot see: a caller, a field, a
// channel, another goroutine, a function without a summary. From there on nothing is known and
// nothing is said; what leaves before that is still a leak.
package flow

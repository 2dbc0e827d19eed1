// Package fields defines an Analyzer that tells what the fields of every tls.Config may hold.
//
// An Object is one configuration as one function sees it: from where it is made, or comes in,
// to the ends of the function at which it has been put to use. A field of it has a set of
// possible values: the last write wins along the control-flow graph, and where branches meet
// their values are joined. A write may be an element of a composite literal, an assignment, or
// one that a called function makes, in this package or in another: what functions do to their
// parameters and what they return travels in facts.
//
// Names are followed, memory is not: a configuration is known by the variables and field paths
// that it was given to ("cfg", "srv.TLSConfig"), and paths between which a pointer was copied
// are one object. Elements of slices and maps, and what goes through channels, are unknown.
// What is unknown is said to be, see Value.Kind; nobody should report on it.
//
// The work for an object is linear in the part of the function between its first and its last
// mention: every block there is looked at no more than three times, however many branches and
// loops there are.
package fields

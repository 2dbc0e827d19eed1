// Package golden is the gallery of what gen new emits, and the tests that hold it true.
//
// Each folder but deltas is a whole service, a module of its own: its mintwright.yaml is the
// input, the rest the output. Each file below deltas shows one choice: the answers that
// differ from those of golden/http, and the files that then differ. "make golden" writes
// both; a change of them is reviewed like code.
package golden

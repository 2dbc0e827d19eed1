// Package policy defines an Analyzer that tells the others what is wanted of them.
//
// # Analyzer policy
//
// policy: hold what the configuration asks of the other analyzers
//
// It reports nothing. Its result says which rules are on, and how severe they are; which files
// are tests, generated or excluded; and which findings a comment silences. The others report
// through it.
//
// Its flags are how a driver configures all of them: -policy.config takes the configuration as
// one JSON object, -policy.all reports what is on whatever its severity and confidence, and
// -policy.write hands the findings to the driver in place of plain diagnostics.
package policy

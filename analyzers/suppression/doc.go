// Package suppression makes an Analyzer that judges the comments which silence the others.
//
// # Analyzer suppression
//
// suppression: report comments that silence findings without a reason or without need
//
// A comment silences findings on its own line and the next (lint:ignore), in its file
// (lint:file-ignore), or on its line and in the statement or declaration below it (nolint):
//
//	//lint:ignore spanend.leak the watcher ends it when the stream closes
//	conn.InsecureSkipVerify = true //nolint:tlsconfig // the console of the appliance has no name
//
// It names rules or whole analyzers. Only comments that name some of this suite are judged; what
// names no one, as a bare nolint, silences and is left alone.
//
// # Rule suppression.reason
//
// Who comes later cannot tell a comment without a reason from one that only made a report go
// away. Write the reason after the names; with nolint after a second pair of slashes.
//
// # Rule suppression.needless
//
// The comment silences nothing: the mistake is gone, or the rule does not find it any more. Such
// a comment would hide the next mistake. It is reported only when all rules that it names were
// looked for. The fix deletes a comment that names no others.
package suppression

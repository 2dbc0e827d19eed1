package chart

import "github.com/mintwright/mintwright/generators/answers"

// Account is the ServiceAccount that a service runs under unless its values say otherwise.
func Account(a answers.Answers) string {
	_, account := identityTemplate(a)
	return account
}

// Team is the label that says whose a service is; empty where the owner cannot be one.
func Team(a answers.Answers) string {
	for _, l := range owned(a) {
		if team, ok := l.value.(string); ok && l.key == "team" {
			return team
		}
	}
	return ""
}

// ControllerClass is the class of the controller manager that registers identities, as SPIRE's
// chart names it when its release is spire in the namespace spire-server.
const ControllerClass = "spire-server-spire"

package chart

import (
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
)

// Account is the ServiceAccount that a service runs under unless its values say otherwise.
func Account(a answers.Answers) string {
	_, account := identityTemplate(a)
	return account
}

// Team is the label that says whose a service is: a handle's team, an e-mail's mailbox. Empty
// where the owner cannot be one.
func Team(a answers.Answers) string {
	team := a.Owner[strings.LastIndexByte(a.Owner, '/')+1:]
	team = strings.TrimPrefix(team, "@")
	team, _, _ = strings.Cut(team, "@")
	if !names.IsLabelValue(team) {
		return ""
	}
	return team
}

// ControllerClass is the class of the controller manager that registers identities, as SPIRE's
// chart names it when its release is spire in the namespace spire-server.
const ControllerClass = "spire-server-spire"

// Package observe asks Prometheus' own parser what it makes of each query that a service is
// emitted with: those of its alerts, its dashboard and its runbook.
package observe

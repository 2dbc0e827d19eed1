package render

import (
	"strings"

	"github.com/mintwright/mintwright/generators/chart"
)

// maintainer is who answers for the chart.
type maintainer struct{ Name, Email string }

// Maintainer returns the owner of the service, as Chart.yaml has it; nil without one.
func (f facts) Maintainer() *maintainer {
	if f.Owner == "" {
		return nil
	}
	m := &maintainer{Name: strings.TrimPrefix(f.Owner, "@")}
	if at := strings.LastIndexByte(f.Owner, '@'); at > 0 {
		m.Email = f.Owner
	}
	return m
}

// ChartDescription is what the chart is of, in one line.
func (f facts) ChartDescription() string { return chart.Description(f.Answers) }

// KubeVersion is what the chart demands of Kubernetes.
func (f facts) KubeVersion() string { return chart.KubeVersion }

// Package address reaches for the Workload API of others.
package address

import (
	"os"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

const agent = "tcp://spire-agent.spire:8081"

func options() []workloadapi.ClientOption {
	return []workloadapi.ClientOption{
		workloadapi.WithAddr("tcp://10.0.0.7:8081"), // want `the Workload API at tcp://10.0.0.7:8081 is on another host`
		workloadapi.WithAddr(agent),                 // want `the Workload API at tcp://spire-agent.spire:8081 is on another host`
	}
}

func environment() {
	os.Setenv("SPIFFE_ENDPOINT_SOCKET", "tcp://10.0.0.7:8081") // want `the Workload API at tcp://10.0.0.7:8081 is on another host`
	os.Setenv("SPIFFE_ENDPOINT_SOCKET", "unix:///run/agent.sock")
	os.Setenv("ELSEWHERE", "tcp://10.0.0.7:8081")
}

package rpc

import "time"

const sampleServer = "spiffe://acme.example/ns/pay/sa/api"

// sampleTimeout bounds the calls of a method, all attempts together.
func sampleTimeout(method string) time.Duration {
	switch method {
	case "Check":
		return 2 * time.Second
	default:
		return 10 * time.Second
	}
}

package ownweb

const sampleServer = "spiffe://acme.example/ns/pay/sa/api"

// Sample stands for an interface.
type Sample any

var _ Sample = (*SampleClient)(nil)

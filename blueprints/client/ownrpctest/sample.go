package ownrpctest

const sampleServer = "spiffe://acme.example/ns/pay/sa/api"

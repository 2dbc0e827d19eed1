package main

import "github.com/spf13/cobra"

func newClient(env *Env) *cobra.Command {
	cmd := newGenerator(env, &cobra.Command{
		Use:   "client -type NAME -id SPIFFE-ID",
		Short: "Make a client that calls an interface over SPIFFE mutual TLS",
		Long: `  gen client -type PaymentsAPI -id spiffe://acme.example/ns/pay/sa/api
  gen client -type paymentsv1.PaymentsClient -id spiffe://acme.example/ns/pay/sa/api

Makes a client of a service from its Go interface, or around the client interface that
protoc-gen-go-grpc has made, and a test double that speaks the same protocol. In a Go file beside
the interface write

  //go:generate gen client -type PaymentsAPI -id spiffe://acme.example/ns/pay/sa/api

A comment above each method says what the call is:

  //gen:http GET /payments/{id}        a pattern of net/http
  //gen:query page_size=limit          the parameter limit is a value of the query
  //gen:body order                     the parameter order is the JSON body
  //gen:timeout 2s                     of all attempts together
  //gen:idempotent                     it may be sent again

The service has to prove the identity that -id names; nobody else is talked to. What is up to date
is not touched, and a file that does not say that it is generated never is.`,
	})
	completeInterfaces(env, cmd)
	return cmd
}

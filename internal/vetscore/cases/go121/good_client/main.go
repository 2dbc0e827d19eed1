// Clients have begun at 1.2 since Go 1.18.
//
// Evidence: R15 look-alike.

// Command goodclient fetches a page.
package main

import (
	"crypto/tls"
	"log"
	"net/http"
)

func main() {
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{ServerName: "orders"}}} // GOOD: a client
	resp, err := client.Get("https://orders.example.com/")
	if err != nil {
		log.Fatal(err)
	}
	_ = resp.Body.Close()
}

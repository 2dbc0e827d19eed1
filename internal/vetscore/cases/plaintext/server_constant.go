// The address is put together of constants, and the server runs in a goroutine.
//
// Evidence: rule.

package plaintext

import "net/http"

const (
	allInterfaces = "[::]"
	publicPort    = "8080"
)

func serveConstant(failed chan<- error) {
	go func() {
		failed <- http.ListenAndServe(allInterfaces+":"+publicPort, handler()) // BAD plaintext.server
	}()
}

package webtest

import (
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"github.com/mintwright/mintwright/blueprints/client/web"
)

// reporter tells a test what goes wrong in its service, until the test ends.
type reporter struct {
	tb    testing.TB
	mu    sync.Mutex
	ended bool
}

func (r *reporter) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
}

// errorf fails the test.
func (r *reporter) errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		r.tb.Errorf(format, args...)
	}
}

// Write logs what the server has to say.
func (r *reporter) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		r.tb.Log(strings.TrimSpace(string(line)))
	}
	return len(line), nil
}

// recovered fails the test by a panic of the service.
func (r *reporter) recovered(w http.ResponseWriter, request *http.Request) {
	switch said := recover(); said {
	case nil:
	case http.ErrAbortHandler: // it wants the call to break
		panic(said)
	default:
		r.errorf("%s: panic: %v\n\n%s", request.Pattern, said, debug.Stack())
		refuse(r, w, request, &web.SampleError{Status: http.StatusInternalServerError, Detail: "panic, see the test"})
	}
}

package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// SampleError is an answer other than a 2xx. All but Status is what an answer by RFC 9457 says.
type SampleError struct {
	Status   int    `json:"status"`
	Type     string `json:"type,omitempty"` // a URI; without one Status says it all
	Title    string `json:"title,omitempty"`
	Detail   string `json:"detail,omitempty"`
	Instance string `json:"instance,omitempty"` // a URI
}

func (e *SampleError) Error() string {
	return fmt.Sprintf("answered %d: %s", e.Status, cmp.Or(e.Detail, e.Title, http.StatusText(e.Status)))
}

// sampleProblem returns the error that an answer is.
func sampleProblem(response *http.Response) error {
	var problem SampleError
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	body, err := io.ReadAll(io.LimitReader(response.Body, sampleMaxProblem))
	if err != nil || media != "application/problem+json" || json.Unmarshal(body, &problem) != nil {
		problem = SampleError{}
	}
	problem.Status = response.StatusCode // whatever the body says
	return &problem
}

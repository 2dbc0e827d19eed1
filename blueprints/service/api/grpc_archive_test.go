package api

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	apiv1 "github.com/mintwright/mintwright/blueprints/service/proto/orders/v1"
)

// TestArchiveService asks for what no database is needed for, and while there is none.
func TestArchiveService(t *testing.T) {
	client := apiv1.NewArchiveServiceClient(connect(t, ArchiveService(withoutDatabase(t))))
	tests := []struct {
		key, name string
		want      codes.Code
	}{
		{"", "Ada", codes.InvalidArgument},
		{strings.Repeat("x", 1000), "Ada", codes.InvalidArgument},
		{"1", "A\x00da", codes.InvalidArgument},
		{"1", "Ada", codes.Unavailable},
	}
	for _, test := range tests {
		_, err := client.CreateGreeting(t.Context(), &apiv1.CreateGreetingRequest{RequestId: test.key, Name: test.name})
		if status.Code(err) != test.want || strings.Contains(err.Error(), "no URL") {
			t.Errorf("key %.20q, name %q: got %v, want %s", test.key, test.name, err, test.want)
		}
	}
	if _, err := client.ListGreetings(t.Context(), &apiv1.ListGreetingsRequest{}); status.Code(err) != codes.Unavailable {
		t.Errorf("the list: got %v", err)
	}
}

package names

import (
	"strings"
	"testing"
)

func TestWithArticle(t *testing.T) {
	for _, want := range []string{
		"a Store", "an Index", "an HTTPClient", "an SQLStore", "a User", "a One", "an FS", "a URLs", "an other.Store", "a fs.FS",
		"a T", "an F", "a []byte", "an S3", "an API", "an APIClient", "a PaymentsAPI", "a *PaymentsAPIError", "an *OrdersError",
		"an *api.Error", "a *pay.APIError", "an UpdatesAPI", "an HourAPI", "a HotelAPI", "a RESTClient", "a EuroAPI", "a ",
	} {
		_, name, _ := strings.Cut(want, " ")
		if got := WithArticle(name); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

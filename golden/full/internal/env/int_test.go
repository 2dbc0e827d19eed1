package env

import "testing"

func TestInt(t *testing.T) {
	for value, want := range map[string]int{"": 8, "1": 1, "64": 64, "0": -1, "65": -1, "many": -1, "1e1": -1, "99999999999999999999": -1} {
		r := NewReader(vars{"N": value}.get)
		got := r.Int("N", 8, 1, 64, "how many")
		if want < 0 {
			if r.Err() == nil {
				t.Errorf("%q: got %d, want a fault", value, got)
			}
		} else if got != want || r.Err() != nil {
			t.Errorf("%q: got %d, %v, want %d", value, got, r.Err(), want)
		}
	}
}

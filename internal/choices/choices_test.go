package choices

import (
	"testing"

	"pgregory.net/rapid"
)

func TestCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 5), 2, 7).Draw(t, "sizes")
		rows := Cover(sizes)
		for d1 := range sizes {
			for d2 := d1 + 1; d2 < len(sizes); d2++ {
				met := map[[2]int]bool{}
				for _, r := range rows {
					met[[2]int{r[d1], r[d2]}] = true
				}
				if len(met) != sizes[d1]*sizes[d2] {
					t.Fatalf("dimensions %d and %d meet in %d ways of %d", d1, d2, len(met), sizes[d1]*sizes[d2])
				}
			}
		}
	})
}

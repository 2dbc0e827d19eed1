package telemetry

import (
	"errors"
	"maps"
	"strings"
	"testing"
)

func TestQueueCountsWhatItLoses(t *testing.T) {
	t.Setenv("QUEUE_SIZE", "3")
	d := quiet()
	q := newQueue("spans", "QUEUE_SIZE", 8192, d)
	var admitted int
	if other := newQueue("spans", "NOT_SET", 8192, d); other.capacity != 8192 {
		t.Errorf("got room for %d, want 8192", other.capacity)
	}
	for range 5 {
		if q.admit() {
			admitted++
		}
	}
	if admitted != 3 {
		t.Errorf("admitted %d, want 3", admitted)
	}
	_ = q.exported(1, nil)
	_ = q.exported(1, errors.New("refused"))
	if !q.admit() {
		t.Error("no room after two were exported")
	}
	if err := q.close(nil); err == nil || !strings.Contains(err.Error(), "2 spans were not delivered") {
		t.Errorf("got %v, want 2 spans not delivered", err)
	}
	_ = q.exported(2, errors.New("too late")) // counted already
	want := map[loss]int64{{"spans", "queue_full"}: 2, {"spans", "export_failed"}: 1, {"spans", "shutdown"}: 2}
	if got := d.totals(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

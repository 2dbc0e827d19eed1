package webtest

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/mintwright/mintwright/blueprints/client/web"
)

// shop is a service of memory.
type shop struct{ web.Sample }

func (shop) Get(_ context.Context, id string) (*web.Item, error) {
	switch id {
	case "none":
		return nil, nil
	case "taken":
		return nil, &web.SampleError{Status: 409, Detail: "it is taken"}
	case "broken":
		return nil, errors.New("it broke")
	}
	return &web.Item{ID: id}, nil
}

func (shop) List(_ context.Context, after *int, kinds []string, since time.Time, from netip.Addr) ([]web.Item, error) {
	items := []web.Item{{ID: since.String() + from.String()}}
	for _, kind := range kinds {
		items = append(items, web.Item{ID: kind})
	}
	if after != nil {
		items = items[*after:]
	}
	return items, nil
}

func (shop) Create(_ context.Context, order web.Order) (*web.Item, error) {
	return &web.Item{Amount: order.Amount}, nil
}

func (shop) Replace(context.Context, int64, web.Order) error { return nil }
func (shop) Delete(context.Context, string) error            { return nil }

func (shop) Check(_ context.Context, name string) (bool, error) { return name == "a/b", nil }

func (shop) Search(_ context.Context, exact bool, limit uint8, near float64) error {
	if !exact || limit != 255 || near != 0.1 {
		return errors.New("other values")
	}
	return nil
}

// TestNewClient calls each method: what goes in comes out at the other end, and back.
func TestNewClient(t *testing.T) {
	client := NewClient(t, shop{})
	ctx := t.Context()
	if got, err := client.Get(ctx, "a/b"); err != nil || got.ID != "a/b" {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := client.Get(ctx, "none"); err != nil || got != nil {
		t.Errorf("got %v, %v", got, err)
	}
	for id, want := range map[string]web.SampleError{"taken": {Status: 409, Detail: "it is taken"}, "broken": {Status: 500, Detail: "it broke"}} {
		_, err := client.Get(ctx, id)
		if got, ok := errors.AsType[*web.SampleError](err); !ok || *got != want {
			t.Errorf("%s: got %v, want %v", id, err, want)
		}
	}
	since, from := time.Unix(1, 2).UTC(), netip.MustParseAddr("::1")
	if got, err := client.List(ctx, nil, []string{"x"}, since, from); err != nil || len(got) != 2 || got[0].ID != since.String()+"::1" {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := client.List(ctx, new(1), nil, since, from); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := client.Create(ctx, web.Order{Amount: 3}); err != nil || got.Amount != 3 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := client.Check(ctx, "a/b"); err != nil || !got {
		t.Errorf("got %v, %v", got, err)
	}
	if err := errors.Join(client.Replace(ctx, 1, web.Order{}), client.Delete(ctx, "x"), client.Search(ctx, true, 255, 0.1)); err != nil {
		t.Error(err)
	}
}

package app

import "go.opentelemetry.io/otel"

func get(ctx context.Context, id string) error {
	ctx, span := otel.Tracer("app").Start(ctx, "get")
	if id == "" {
		return errors.New("没有 id"); log("𝄞 done")
	}
	span.End()
	return nil
}

const key = "net.peer.ip" // a line that is longer than a terminal is wide, because somebody was fond of explaining things at length and had no ruler

package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"
)

// studio is where recordings are made: an empty home, and the program.
type studio struct {
	gen, home string
	environ   []string
	names     *standIns
}

const (
	cols = 100

	enter = "\r"
	down  = "\x1b[B"
	ctrlC = "\x03"

	checkout = "spiffe://example.org/ns/default/sa/checkout"
)

// reply is what a person does about a question before Enter: keys, and for how long the page
// is read.
type reply struct {
	typed string // shown as they are typed
	keys  []string
	read  time.Duration
}

// replies are by the beginning of the question. One that is not listed is answered by what it
// offers.
func replies() map[string]reply {
	return map[string]reply{
		"Name of the service":         {typed: "orders"},
		"Go module":                   {typed: "example.com/acme/orders"},
		"What it does":                {typed: "Takes orders"},
		"What it serves":              {keys: []string{down, " "}, read: 2 * aLook}, // gRPC too
		"Where it keeps data":         {read: 2 * aLook},
		"SPIFFE IDs that may call it": {typed: checkout},
		"Is this right":               {read: 5 * aLook},
	}
}

// wizard makes a service by answering questions.
func wizard(ctx context.Context, s studio) (*film, error) {
	f := &film{title: "gen new asks what a service should be, shows all answers for review, and writes it"}
	p := newPane(f, "gen new", cols, 28)
	p.command("gen new")
	if err := p.start(ctx, s.home, s.environ, nil, s.gen, "new"); err != nil {
		return nil, err
	}
	for {
		question, err := p.question(ctx)
		if err != nil {
			return nil, err
		}
		if question == "" {
			break
		}
		var with reply
		for beginning, r := range replies() {
			if strings.HasPrefix(question, "? "+beginning) {
				with = r
			}
		}
		if err := p.answer(ctx, with); err != nil {
			return nil, err
		}
	}
	if err := p.wait(ctx, 0); err != nil {
		return nil, err
	}
	f.shot(8 * time.Second)
	return f, nil
}

// answer answers the question on the screen.
func (p *pane) answer(ctx context.Context, with reply) error {
	p.film.shot(max(with.read, aLook))
	for _, r := range with.typed {
		if err := p.press(ctx, string(r), aKey); err != nil {
			return err
		}
	}
	for _, key := range with.keys {
		if err := p.press(ctx, key, aLook); err != nil {
			return err
		}
	}
	if with.typed != "" {
		p.film.shot(aLook / 2)
	}
	return p.press(ctx, enter, 0) // the next question, or the end, is looked at
}

// dev runs the service and calls it, as a friend and as a stranger.
func dev(ctx context.Context, s studio) (*film, error) {
	f := &film{title: "gen dev runs a service; a friend is answered over HTTP and gRPC, a stranger is refused in the handshake"}
	first := newPane(f, "gen dev", cols, 17)
	second := newPane(f, "gen dev call", cols, 14)
	service := filepath.Join(s.home, "orders")

	first.command("gen dev")
	if err := first.start(ctx, service, s.environ, s.names.line, s.gen, "dev"); err != nil {
		return nil, err
	}
	if err := first.await(ctx, "is ready"); err != nil {
		return nil, err
	}
	f.shot(3 * time.Second)
	for _, call := range []struct {
		args  []string
		code  int
		shows string // in the first terminal
	}{
		{[]string{"--as", checkout, "/v1/greetings/Ada"}, 0, "GET /v1/greetings/{name}"},
		{[]string{"/orders.v1.GreetingService/GetGreeting", "--data", `{"name":"Ada"}`}, 0, "orders.v1.GreetingService/GetGreeting"},
		{[]string{"--stranger", "/v1/greetings/Ada"}, 1, "no rule allows the caller anything"},
	} {
		args := append([]string{"dev", "call"}, call.args...)
		second.command("gen " + strings.ReplaceAll(strings.Join(args, " "), `{"name":"Ada"}`, `'{"name":"Ada"}'`))
		if err := second.start(ctx, service, s.environ, s.names.line, s.gen, args...); err != nil {
			return nil, err
		}
		if err := second.wait(ctx, call.code); err != nil {
			return nil, err
		}
		if err := first.await(ctx, call.shows); err != nil {
			return nil, err
		}
		f.shot(4 * time.Second)
	}
	f.shot(4 * time.Second)
	if err := first.press(ctx, ctrlC, 0); err != nil {
		return nil, err
	}
	return f, first.wait(ctx, 0)
}

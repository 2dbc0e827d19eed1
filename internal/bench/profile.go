package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// profileSeconds is how long each is observed.
const profileSeconds = 10

// profile calls an emitted service, and the bare one for comparison, over HTTP/1.1 and by gRPC,
// and leaves in folder what their processor time and their allocations were for. It prints the
// top of each.
func profile(ctx context.Context, dir, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	w, err := newWorld(dir, resting)
	if err != nil {
		return err
	}
	defer w.close()
	for _, k := range []int{http1, grpcCalls} {
		for _, sub := range []int{bare, leanFew, leanAll} {
			if err := w.profile(ctx, kinds(size{})[k], subjects()[sub], folder); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) profile(ctx context.Context, k kind, sub subject, folder string) error {
	srv, err := w.start(ctx, sub)
	if err != nil {
		return err
	}
	defer w.stop(srv)
	send, err := k.caller(w, srv)
	if err != nil {
		return err
	}
	protocol, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(k.name, "/", "")), ",")
	file := func(what string) string {
		return filepath.Join(folder, fmt.Sprintf("%s-%g-%s-%s.pprof", sub.program, sub.sampling, protocol, what))
	}
	calling, stop := context.WithCancel(ctx)
	var calls sync.WaitGroup
	calls.Go(func() {
		for calling.Err() == nil {
			_ = sendMany(calling, send, 1000)
		}
	})
	err = srv.save(ctx, fmt.Sprint("profile?seconds=", profileSeconds), file("cpu"))
	err = errors.Join(err, srv.save(ctx, "allocs", file("allocs")))
	stop()
	calls.Wait()
	if err != nil {
		return err
	}
	fmt.Printf("%s: %s\n", k.name, sub.name)
	for _, arguments := range [][]string{
		{"-top", "-nodecount=15", file("cpu")},
		{"-top", "-nodecount=15", "-sample_index=alloc_objects", file("allocs")},
	} {
		cmd := exec.CommandContext(ctx, "go", append([]string{"tool", "pprof"}, arguments...)...)
		cmd.Stdout = os.Stdout
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", cmd, err)
		}
	}
	return nil
}

// save stores a profile of the server.
func (s *server) save(ctx context.Context, profile, file string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.debug+"/debug/pprof/"+profile, nil)
	if err != nil {
		return err
	}
	client := http.Client{Timeout: time.Minute}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o644)
}

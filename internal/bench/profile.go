package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// profile calls an emitted service over HTTP/1.1, and then by gRPC, for some seconds each, and
// leaves in folder what its processor time and its allocations were for. It prints the top.
func profile(ctx context.Context, dir, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	w, err := newWorld(dir, resting)
	if err != nil {
		return err
	}
	defer w.close()
	for _, i := range []int{http1, grpcCalls} {
		k := kinds(size{})[i]
		srv, err := w.start(ctx, subjects()[leanFew])
		if err != nil {
			return err
		}
		send, err := k.caller(w, srv)
		if err != nil {
			return err
		}
		name := []string{http1: "http", grpcCalls: "grpc"}[i]
		cpu, allocs := filepath.Join(folder, name+"-cpu.pprof"), filepath.Join(folder, name+"-allocs.pprof")
		calling, stop := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for calling.Err() == nil {
				_ = sendMany(calling, send, 1000)
			}
		}()
		err = srv.save(ctx, "profile?seconds=8", cpu)
		if err == nil {
			err = srv.save(ctx, "allocs", allocs)
		}
		stop()
		<-ended
		w.stop(srv)
		if err != nil {
			return err
		}
		fmt.Printf("%s, %s\n", k.name, srv.name)
		for _, arguments := range [][]string{
			{"-top", "-nodecount=15", cpu},
			{"-top", "-nodecount=15", "-sample_index=alloc_objects", allocs},
		} {
			cmd := exec.CommandContext(ctx, "go", append([]string{"tool", "pprof"}, arguments...)...)
			cmd.Stdout = os.Stdout
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("%s: %w", cmd, err)
			}
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

//go:build linux

// Command pgtest runs a program beside a PostgreSQL server that lives as long as it does.
//
//	go run ./internal/pgtest go test ./blueprints/service/store/...
//
// The server is Debian's. It listens on 127.0.0.1, with a password and a certificate of a new
// authority, and on a socket of its folder. The program finds it by
//
//	TEST_DATABASE_URL     as a superuser, over TCP and with sslmode=verify-full
//	TEST_DATABASE_SOCKET  the folder of the socket
//
// Exits as the program does, with 1 when there is no server.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const startTimeout = 30 * time.Second

func main() {
	// The server's parent-death signal is tied to the thread that starts it.
	runtime.LockOSThread()
	argv := os.Args[1:]
	if len(argv) > 0 && argv[0] == "--" {
		argv = argv[1:]
	}
	code, err := run(argv)
	if err != nil {
		fmt.Fprintf(os.Stderr, "pgtest: %v\n", err)
	}
	os.Exit(code)
}

// run runs argv beside a server and returns its exit code.
func run(argv []string) (int, error) {
	if len(argv) == 0 {
		return 2, errors.New("no program to run; give one, such as go test")
	}
	asked := make(chan os.Signal, 4)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	s, err := start(asked)
	if err != nil {
		return 1, err
	}
	code, err := s.beside(argv, asked)
	if stopErr := s.stop(); stopErr != nil {
		return max(code, 1), errors.Join(err, stopErr)
	}
	return code, err
}

// server is a running PostgreSQL.
type server struct {
	dir, socket, ca string
	port            int
	password        string
	cmd             *exec.Cmd
	done            chan error
}

// start makes a cluster in a new folder and waits until its server answers.
func start(asked <-chan os.Signal) (*server, error) {
	bin, err := find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, socket: dir, password: rand.Text(), done: make(chan error, 1)}
	if err := s.start(bin, asked); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (s *server) start(bin string, asked <-chan os.Signal) error {
	attr, err := s.attributes()
	if err != nil {
		return err
	}
	if s.port, err = freePort(); err != nil {
		return err
	}
	if s.ca, err = s.certificates(attr.Credential); err != nil {
		return err
	}
	data, log := filepath.Join(s.dir, "data"), filepath.Join(s.dir, "log")
	passwords := filepath.Join(s.dir, "password")
	if err := s.write(passwords, []byte(s.password), attr.Credential); err != nil {
		return err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "postgres",
		"--pwfile", passwords, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = s.dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	out, err := os.Create(log)
	if err != nil {
		return err
	}
	defer out.Close()
	s.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(s.port))
	for _, setting := range []string{
		"listen_addresses=127.0.0.1", "unix_socket_directories=" + s.socket,
		"ssl=on", "ssl_cert_file=" + filepath.Join(s.dir, "server.pem"), "ssl_key_file=" + filepath.Join(s.dir, "server.key"),
		"fsync=off", "full_page_writes=off", "max_connections=200",
	} {
		s.cmd.Args = append(s.cmd.Args, "-c", setting)
	}
	s.cmd.Dir, s.cmd.SysProcAttr, s.cmd.Stdout, s.cmd.Stderr = s.dir, attr, out, out
	if err := s.cmd.Start(); err != nil {
		s.cmd = nil
		return err
	}
	go func() { s.done <- s.cmd.Wait() }()
	return s.wait(filepath.Join(bin, "pg_isready"), log, asked)
}

// wait returns when the server answers.
func (s *server) wait(isReady, log string, asked <-chan os.Signal) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for {
		if exec.CommandContext(ctx, isReady, "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(s.port)).Run() == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case got := <-asked:
			return fmt.Errorf("%v", got)
		case err := <-s.done:
			s.done <- err
			text, _ := os.ReadFile(log)
			return fmt.Errorf("the server ended: %w\n%s", err, text)
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer after %s", startTimeout)
		}
	}
}

// beside runs argv and returns its exit code. What the user asks of us is asked of it.
func (s *server) beside(argv []string, asked <-chan os.Signal) (int, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "TEST_DATABASE_URL="+s.url(), "TEST_DATABASE_SOCKET="+s.socket)
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case got := <-asked:
			_ = cmd.Process.Signal(got) // it has ended when this fails
		case err := <-ended:
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
					return 128 + int(status.Signal()), nil
				}
				return exit.ExitCode(), nil
			}
			if err != nil {
				return 1, err
			}
			return 0, nil
		}
	}
}

func (s *server) url() string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", s.password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: "/postgres",
		RawQuery: url.Values{"sslmode": {"verify-full"}, "sslrootcert": {s.ca}}.Encode(),
	}
	return u.String()
}

// stop ends the server and removes its folder.
func (s *server) stop() error {
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(syscall.SIGINT) // fast: it ends its sessions first
		select {
		case <-s.done:
		case <-time.After(10 * time.Second):
			_ = s.cmd.Process.Signal(syscall.SIGQUIT) // at once, its children too
			<-s.done
		}
	}
	return os.RemoveAll(s.dir)
}

// attributes are those of the server's process: never root's, apart from the terminal's
// signals, and ended when we are killed. The server's folder is given to its user.
func (s *server) attributes() (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	if os.Getuid() != 0 {
		return attr, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("the server must not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, os.Chown(s.dir, int(uid), int(gid))
}

// write writes a file that the server's user alone may read.
func (s *server) write(name string, data []byte, owner *syscall.Credential) error {
	if err := os.WriteFile(name, data, 0o600); err != nil || owner == nil {
		return err
	}
	return os.Chown(name, int(owner.Uid), int(owner.Gid))
}

// find returns the folder with the newest server.
func find() (string, error) {
	newest, version := "", -1
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // the pattern is right
	for _, path := range found {
		bin := filepath.Dir(path)
		if n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin))); err == nil && n > version {
			newest, version = bin, n
		}
	}
	if newest != "" {
		return newest, nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	return "", errors.New(strings.Join([]string{
		"there is no PostgreSQL server below /usr/lib/postgresql nor in PATH",
		"install one: apt-get install postgresql",
	}, "\npgtest: hint: "))
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

package kube

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"
)

// cluster is an API server with its etcd, on loopback, which ends with the test.
type cluster struct {
	config  *rest.Config
	file    string // the same for programs
	version string
}

const token = "e2e-token"

func start(t *testing.T) *cluster {
	t.Helper()
	server, version, err := apiServer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store, err := etcd(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }

	client, peer := "http://127.0.0.1:"+freePort(t), "http://127.0.0.1:"+freePort(t)
	run(t, at("etcd.log"), store, "--data-dir", at("etcd"), "--listen-client-urls", client, "--advertise-client-urls", client,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer, "--unsafe-no-fsync")

	write(t, at("tokens.csv"), token+",admin,admin,system:masters\n")
	write(t, at("account.key"), newKey(t))
	port := freePort(t)
	run(t, at("apiserver.log"), server, "--etcd-servers", client, "--bind-address", "127.0.0.1", "--secure-port", port, "--cert-dir", at("certs"),
		"--endpoint-reconciler-type", "none", "--service-cluster-ip-range", "10.96.0.0/16",
		"--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", at("account.key"), "--service-account-signing-key-file", at("account.key"),
		"--token-auth-file", at("tokens.csv"), "--authorization-mode", "RBAC",
		// No controller makes the ServiceAccounts that this plugin would wait for.
		"--disable-admission-plugins", "ServiceAccount")

	c := &cluster{version: version, file: at("kubeconfig"), config: &rest.Config{
		Host: "https://127.0.0.1:" + port, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{Insecure: true}, QPS: 500, Burst: 500,
	}}
	write(t, c.file, fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: e2e
contexts: [{name: e2e, context: {cluster: e2e, user: e2e}}]
clusters: [{name: e2e, cluster: {server: %s, insecure-skip-tls-verify: true}}]
users: [{name: e2e, user: {token: %s}}]
`, c.config.Host, token))
	c.wait(t, at("apiserver.log"))
	return c
}

// wait returns when the server says that it is ready.
func (c *cluster) wait(t *testing.T, log string) {
	t.Helper()
	client, err := rest.HTTPClientFor(c.config)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if answer, err := client.Get(c.config.Host + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == 200 {
				return
			}
		}
	}
	content, _ := os.ReadFile(log)
	t.Fatalf("the API server is not ready:\n%s", content[max(0, len(content)-4000):])
}

// run starts a program that is killed at the end of the test.
func run(t *testing.T, log, program string, args ...string) {
	t.Helper()
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		out.Close()
		if content, err := os.ReadFile(log); err == nil && t.Failed() {
			lines := strings.Split(string(content), "\n")
			t.Logf("the last of %s:\n%s", filepath.Base(log), strings.Join(lines[max(0, len(lines)-15):], "\n"))
		}
	})
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func newKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

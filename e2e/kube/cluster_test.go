//go:build linux

package kube

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/mintwright/mintwright/e2e/objects"
)

// patience bounds each wait for something that should come soon: the machine may be busy.
const patience = time.Minute

// cluster is a kube-apiserver on loopback with an etcd of its own.
type cluster struct {
	helm       string // the program
	kubeconfig string // the file
	config     *rest.Config
	typed      kubernetes.Interface
	dynamic    dynamic.Interface
	mapper     *restmapper.DeferredDiscoveryRESTMapper
	warnings   *warnings
}

// start runs both until the test ends. No controller, scheduler or kubelet runs with them.
func start(t *testing.T, p programs) *cluster {
	t.Helper()
	folder := t.TempDir()
	client, peer := "http://"+freeAddress(t), "http://"+freeAddress(t)
	run(t, folder, p.etcd, func() error { return healthy(http.DefaultClient, client+"/health", "") },
		"--data-dir="+filepath.Join(folder, "etcd"),
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=default="+peer)

	token := rand.Text()
	key, tokens, certs := filepath.Join(folder, "sa.key"), filepath.Join(folder, "tokens.csv"), filepath.Join(folder, "certs")
	writeKey(t, key)
	if err := os.WriteFile(tokens, fmt.Appendf(nil, "%s,admin,admin,system:masters\n", token), 0o600); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	host, port, _ := net.SplitHostPort(address)
	certificate := filepath.Join(certs, "apiserver.crt") // it signs it itself
	ready := func() error {
		client, err := trusting(certificate)
		if err != nil {
			return err
		}
		return healthy(client, "https://"+address+"/readyz", token)
	}
	run(t, folder, p.apiserver, ready,
		"--etcd-servers="+client, "--bind-address="+host, "--secure-port="+port, "--cert-dir="+certs,
		"--endpoint-reconciler-type=none", // a loopback address is none to advertise
		"--service-cluster-ip-range=10.96.0.0/16", "--authorization-mode=RBAC", "--token-auth-file="+tokens,
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+key, "--service-account-signing-key-file="+key,
		"--disable-admission-plugins=ServiceAccount", // nobody makes the ServiceAccounts that it waits for
	)
	return connect(t, p, folder, "https://"+address, certificate, token)
}

func connect(t *testing.T, p programs, folder, url, certificate, token string) *cluster {
	t.Helper()
	w := &warnings{}
	c := &cluster{helm: p.helm, kubeconfig: filepath.Join(folder, "kubeconfig"), warnings: w, config: &rest.Config{
		Host: url, BearerToken: token, QPS: -1, WarningHandler: w,
		TLSClientConfig: rest.TLSClientConfig{CAFile: certificate},
	}}
	access := clientcmdapi.NewConfig()
	access.Clusters["trial"] = &clientcmdapi.Cluster{Server: url, CertificateAuthority: certificate}
	access.AuthInfos["trial"] = &clientcmdapi.AuthInfo{Token: token}
	access.Contexts["trial"] = &clientcmdapi.Context{Cluster: "trial", AuthInfo: "trial"}
	access.CurrentContext = "trial"
	err := clientcmd.WriteToFile(*access, c.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	if c.typed, err = kubernetes.NewForConfig(c.config); err != nil {
		t.Fatal(err)
	}
	if c.dynamic, err = dynamic.NewForConfig(c.config); err != nil {
		t.Fatal(err)
	}
	c.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(c.typed.Discovery()))
	return c
}

// run starts a program, waits until it is ready, and ends it with the test; it ends with this
// process in any case.
func run(t *testing.T, folder, program string, ready func() error, arguments ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var log buffer
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, &log, &log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatalf("starting %s: %v", program, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	begin := time.Now()
	for {
		err := ready()
		if err == nil {
			t.Logf("%s is ready after %.1f s", filepath.Base(program), time.Since(begin).Seconds())
			return
		}
		select {
		case failure := <-ended:
			t.Fatalf("%s has ended: %v\n%s", program, failure, log.tail())
		case <-time.After(200 * time.Millisecond):
		}
		if time.Since(begin) > patience {
			t.Fatalf("%s is not ready: %v\n%s", program, err, log.tail())
		}
	}
}

// buffer keeps what a program prints.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) tail() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := b.text.String()
	return text[max(0, len(text)-4000):]
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func healthy(client *http.Client, url, token string) error {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	return nil
}

func trusting(certificate string) (*http.Client, error) {
	transport, err := rest.TransportFor(&rest.Config{TLSClientConfig: rest.TLSClientConfig{CAFile: certificate}})
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: transport, Timeout: 10 * time.Second}, nil
}

// writeKey makes the key that signs tokens of ServiceAccounts.
func writeKey(t *testing.T, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// warnings are what the API server has warned of since they were taken last.
type warnings struct {
	mu   sync.Mutex
	said []string
}

// HandleWarningHeader keeps a warning (rest.WarningHandler).
func (w *warnings) HandleWarningHeader(code int, _, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if code == 299 {
		w.said = append(w.said, text)
	}
}

func (w *warnings) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	said := w.said
	w.said = nil
	return said
}

// at returns the client for an object's resource, in ns when it belongs to a namespace.
func (c *cluster) at(o objects.Object, ns string) (dynamic.ResourceInterface, error) {
	group, err := schema.ParseGroupVersion(o.APIVersion)
	if err != nil {
		return nil, err
	}
	mapping, err := c.mapper.RESTMapping(schema.GroupKind{Group: group.Group, Kind: o.Kind}, group.Version)
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.dynamic.Resource(mapping.Resource), nil
	}
	if o.Namespace != "" {
		ns = o.Namespace
	}
	return c.dynamic.Resource(mapping.Resource).Namespace(ns), nil
}

// how an object is written.
type how struct {
	ns      string
	dry     bool
	manager string
	force   bool
}

func (h how) dryRun() []string {
	if h.dry {
		return []string{metav1.DryRunAll}
	}
	return nil
}

// answer is what the API server says to a write.
type answer struct {
	object   *unstructured.Unstructured
	warnings []string
	err      error
}

// says joins the refusal and the warnings.
func (a answer) says() string {
	all := slices.Clone(a.warnings)
	if a.err != nil {
		all = append(all, a.err.Error())
	}
	return strings.Join(all, "; ")
}

// apply does what kubectl apply --server-side does, and refuses unknown and doubled fields.
func (c *cluster) apply(ctx context.Context, o objects.Object, h how) answer {
	r, err := c.at(o, h.ns)
	if err != nil {
		return answer{err: err}
	}
	manager := h.manager
	if manager == "" {
		manager = "trial"
	}
	c.warnings.take()
	got, err := r.Patch(ctx, o.Name, types.ApplyPatchType, o.JSON, metav1.PatchOptions{
		FieldManager: manager, FieldValidation: metav1.FieldValidationStrict, DryRun: h.dryRun(), Force: &h.force,
	})
	return answer{got, c.warnings.take(), err}
}

// create does what kubectl create does, as strictly.
func (c *cluster) create(ctx context.Context, o objects.Object, h how) answer {
	r, err := c.at(o, h.ns)
	if err != nil {
		return answer{err: err}
	}
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(o.JSON); err != nil {
		return answer{err: err}
	}
	c.warnings.take()
	got, err := r.Create(ctx, u, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict, DryRun: h.dryRun()})
	return answer{got, c.warnings.take(), err}
}

func (c *cluster) get(ctx context.Context, o objects.Object, ns string) (*unstructured.Unstructured, error) {
	r, err := c.at(o, ns)
	if err != nil {
		return nil, err
	}
	return r.Get(ctx, o.Name, metav1.GetOptions{})
}

// remove deletes objects that may be there.
func (c *cluster) remove(t *testing.T, all []objects.Object, ns string) {
	t.Helper()
	background := metav1.DeletePropagationBackground
	for _, o := range all {
		r, err := c.at(o, ns)
		if err == nil {
			err = r.Delete(t.Context(), o.Name, metav1.DeleteOptions{PropagationPolicy: &background})
		}
		if err != nil && !apierrors.IsNotFound(err) && !meta.IsNoMatchError(err) {
			t.Errorf("%s: %v", o, err)
		}
	}
}

// eventually waits until try says that it is so.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	begin := time.Now()
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Since(begin) > patience {
			t.Fatalf("waiting for %s: %v", what, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

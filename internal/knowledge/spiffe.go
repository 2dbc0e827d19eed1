package knowledge

// Import paths of go-spiffe.
const (
	GoSPIFFE        = "github.com/spiffe/go-spiffe/v2"
	SPIFFEID        = GoSPIFFE + "/spiffeid"
	SPIFFETLS       = GoSPIFFE + "/spiffetls"
	SPIFFETLSConfig = GoSPIFFE + "/spiffetls/tlsconfig"
	SPIFFEGRPC      = GoSPIFFE + "/spiffegrpc/grpccredentials"
	X509SVID        = GoSPIFFE + "/svid/x509svid"
	JWTSVID         = GoSPIFFE + "/svid/jwtsvid"
	X509Bundle      = GoSPIFFE + "/bundle/x509bundle"
	SPIFFEBundle    = GoSPIFFE + "/bundle/spiffebundle"
	WorkloadAPI     = GoSPIFFE + "/workloadapi"
)

// SPIFFEConfig is a function of go-spiffe that makes or fills a tls.Config, or what holds one.
//
// Read in v2.9.0: those that take an authorizer call it in VerifyPeerCertificate and nowhere
// else; a hook resets ClientAuth, the certificates, RootCAs and InsecureSkipVerify, raises
// MinVersion, wraps VerifyPeerCertificate, and leaves VerifyConnection, SessionTicketsDisabled
// and ClientSessionCache as they are.
type SPIFFEConfig struct {
	Path, Func string
	Server     bool
	Authorizes bool // the peer's SVID is judged
	Result     bool // the config is the result; if not, the first argument
	Hidden     bool // the config is inside of the result, where nobody can change it
}

var spiffeConfigs = [...]SPIFFEConfig{
	{Path: SPIFFEGRPC, Func: "MTLSServerCredentials", Server: true, Authorizes: true, Hidden: true},
	{Path: SPIFFEGRPC, Func: "MTLSWebServerCredentials", Server: true, Authorizes: true, Hidden: true},
	{Path: SPIFFETLSConfig, Func: "HookMTLSClientConfig", Authorizes: true},
	{Path: SPIFFETLSConfig, Func: "HookMTLSServerConfig", Server: true, Authorizes: true},
	{Path: SPIFFETLSConfig, Func: "HookMTLSWebClientConfig"},
	{Path: SPIFFETLSConfig, Func: "HookMTLSWebServerConfig", Server: true, Authorizes: true},
	{Path: SPIFFETLSConfig, Func: "HookTLSClientConfig", Authorizes: true},
	{Path: SPIFFETLSConfig, Func: "HookTLSServerConfig", Server: true},
	{Path: SPIFFETLSConfig, Func: "MTLSClientConfig", Authorizes: true, Result: true},
	{Path: SPIFFETLSConfig, Func: "MTLSServerConfig", Server: true, Authorizes: true, Result: true},
	{Path: SPIFFETLSConfig, Func: "MTLSWebClientConfig", Result: true},
	{Path: SPIFFETLSConfig, Func: "MTLSWebServerConfig", Server: true, Authorizes: true, Result: true},
	{Path: SPIFFETLSConfig, Func: "TLSClientConfig", Authorizes: true, Result: true},
	{Path: SPIFFETLSConfig, Func: "TLSServerConfig", Server: true, Result: true},
}

// SPIFFEConfigOf returns what the function of that name in the package of that path makes, or
// nil when it makes no tls.Config.
func SPIFFEConfigOf(path, name string) *SPIFFEConfig {
	for i := range spiffeConfigs {
		if c := &spiffeConfigs[i]; c.Path == path && c.Func == name {
			return c
		}
	}
	return nil
}

// SPIFFEListener is a function of go-spiffe that makes a TLS listener.
type SPIFFEListener struct {
	Func    string
	Mode    int // the place of the argument that is a mode; below zero: it is mutual TLS
	Options int // the place of the first option
}

var spiffeListeners = [...]SPIFFEListener{
	{Func: "Listen", Mode: -1, Options: 4},
	{Func: "ListenWithMode", Mode: 3, Options: 4},
	{Func: "NewListener", Mode: -1, Options: 3},
	{Func: "NewListenerWithMode", Mode: 2, Options: 3},
}

// SPIFFEListenerOf returns what the function of that name in spiffetls listens for, or nil.
func SPIFFEListenerOf(name string) *SPIFFEListener {
	for i := range spiffeListeners {
		if spiffeListeners[i].Func == name {
			return &spiffeListeners[i]
		}
	}
	return nil
}

// IsPeerID reports whether the first result of the function or method of that name, in the
// package of that path, is the identity that the other side showed.
func IsPeerID(path, name string) bool {
	switch path {
	case SPIFFETLS:
		return name == "PeerIDFromConn" || name == "PeerIDFromConnectionState" || name == "PeerID"
	case SPIFFEGRPC:
		return name == "PeerIDFromContext" || name == "PeerIDFromPeer"
	case X509SVID:
		return name == "IDFromCert" || name == "Verify" || name == "ParseAndVerify"
	}
	return false
}

// SPIFFEEndpointSocket is the environment variable that says where the Workload API is, when
// the program does not (SPIFFE Workload Endpoint, section 4).
const SPIFFEEndpointSocket = "SPIFFE_ENDPOINT_SOCKET"

// SourceOf returns the type that the function of that name in workloadapi makes, as its first
// result, and that has to be closed: it holds a connection and goroutines that renew what it
// serves. It is the empty string for other functions. Read in v2.9.0.
func SourceOf(name string) string {
	switch name {
	case "New":
		return "Client"
	case "NewBundleSource", "NewJWTSource", "NewWITSource", "NewX509Source":
		return name[len("New"):]
	}
	return ""
}

// IsSource reports whether the type of that name in workloadapi has to be closed.
func IsSource(name string) bool {
	return name == "Client" || name != "" && SourceOf("New"+name) == name
}

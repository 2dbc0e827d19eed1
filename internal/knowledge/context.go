package knowledge

// Detached is a function that does its work under no context, where another one takes it.
type Detached struct {
	Package, Type, Name string // Type is empty for a function
	With                string // what takes the context, as it is called in a message
	Rename              string // the same with the context as its first argument, or empty
	// Traced says that the work is seen by tracing where it is instrumented. Where it is false
	// the context would only end the work early.
	Traced bool
}

// DetachedOf returns what is known of a function, or of a method when typ is not empty.
func DetachedOf(pkg, typ, name string) (Detached, bool) {
	for i := range detached {
		if d := &detached[i]; d.Name == name && d.Type == typ && d.Package == pkg {
			return *d, true
		}
	}
	return Detached{}, false
}

// Sources: the documentation of net/http, database/sql, os/exec, net, crypto/tls (Go 1.26), and
// of github.com/jmoiron/sqlx v1.4.0.
var detached = [...]Detached{
	{"net/http", "", "Get", "http.NewRequestWithContext", "", true},
	{"net/http", "", "Head", "http.NewRequestWithContext", "", true},
	{"net/http", "", "Post", "http.NewRequestWithContext", "", true},
	{"net/http", "", "PostForm", "http.NewRequestWithContext", "", true},
	{"net/http", "Client", "Get", "http.NewRequestWithContext", "", true},
	{"net/http", "Client", "Head", "http.NewRequestWithContext", "", true},
	{"net/http", "Client", "Post", "http.NewRequestWithContext", "", true},
	{"net/http", "Client", "PostForm", "http.NewRequestWithContext", "", true},
	{"net/http", "", "NewRequest", "http.NewRequestWithContext", "NewRequestWithContext", true},

	{"database/sql", "DB", "Begin", "BeginTx", "", true},
	{"database/sql", "DB", "Exec", "ExecContext", "ExecContext", true},
	{"database/sql", "DB", "Ping", "PingContext", "PingContext", true},
	{"database/sql", "DB", "Prepare", "PrepareContext", "PrepareContext", true},
	{"database/sql", "DB", "Query", "QueryContext", "QueryContext", true},
	{"database/sql", "DB", "QueryRow", "QueryRowContext", "QueryRowContext", true},
	{"database/sql", "Stmt", "Exec", "ExecContext", "ExecContext", true},
	{"database/sql", "Stmt", "Query", "QueryContext", "QueryContext", true},
	{"database/sql", "Stmt", "QueryRow", "QueryRowContext", "QueryRowContext", true},
	{"database/sql", "Tx", "Exec", "ExecContext", "ExecContext", true},
	{"database/sql", "Tx", "Prepare", "PrepareContext", "PrepareContext", true},
	{"database/sql", "Tx", "Query", "QueryContext", "QueryContext", true},
	{"database/sql", "Tx", "QueryRow", "QueryRowContext", "QueryRowContext", true},

	{"github.com/jmoiron/sqlx", "DB", "Beginx", "BeginTxx", "", true},
	{"github.com/jmoiron/sqlx", "DB", "Get", "GetContext", "GetContext", true},
	{"github.com/jmoiron/sqlx", "DB", "MustExec", "MustExecContext", "MustExecContext", true},
	{"github.com/jmoiron/sqlx", "DB", "NamedExec", "NamedExecContext", "NamedExecContext", true},
	{"github.com/jmoiron/sqlx", "DB", "NamedQuery", "NamedQueryContext", "NamedQueryContext", true},
	{"github.com/jmoiron/sqlx", "DB", "QueryRowx", "QueryRowxContext", "QueryRowxContext", true},
	{"github.com/jmoiron/sqlx", "DB", "Queryx", "QueryxContext", "QueryxContext", true},
	{"github.com/jmoiron/sqlx", "DB", "Select", "SelectContext", "SelectContext", true},
	{"github.com/jmoiron/sqlx", "Tx", "Get", "GetContext", "GetContext", true},
	{"github.com/jmoiron/sqlx", "Tx", "MustExec", "MustExecContext", "MustExecContext", true},
	{"github.com/jmoiron/sqlx", "Tx", "NamedExec", "NamedExecContext", "NamedExecContext", true},
	{"github.com/jmoiron/sqlx", "Tx", "QueryRowx", "QueryRowxContext", "QueryRowxContext", true},
	{"github.com/jmoiron/sqlx", "Tx", "Queryx", "QueryxContext", "QueryxContext", true},
	{"github.com/jmoiron/sqlx", "Tx", "Select", "SelectContext", "SelectContext", true},

	{"crypto/tls", "", "Dial", "tls.Dialer's DialContext", "", false},
	{"crypto/tls", "", "DialWithDialer", "tls.Dialer's DialContext", "", false},
	{"crypto/tls", "Dialer", "Dial", "DialContext", "DialContext", false},
	{"net", "", "Dial", "net.Dialer's DialContext", "", false},
	{"net", "", "DialTimeout", "net.Dialer's DialContext", "", false},
	{"net", "Dialer", "Dial", "DialContext", "DialContext", false},
	{"os/exec", "", "Command", "exec.CommandContext", "CommandContext", false},
}

// QuietWithContext reports whether the functions of a package take a context for its values or
// its end only, so that no span comes of them: logs, metrics, locks, the context's own.
func QuietWithContext(pkg string) bool {
	for _, quiet := range [...]string{
		"context", "log", "log/slog", "net", "os/exec", "os/signal", "runtime/pprof", "runtime/trace", "sync", "testing", "time",
		"github.com/go-logr/logr", "github.com/google/cel-go/cel", "github.com/rs/zerolog", "github.com/sirupsen/logrus", "go.uber.org/zap",
		"google.golang.org/grpc/metadata", "google.golang.org/grpc/peer", "google.golang.org/grpc/grpclog",
		OTelSDKTrace,
	} {
		if pkg == quiet {
			return true
		}
	}
	for _, below := range [...]string{"golang.org/x/", OTel + "/", "github.com/prometheus/client_golang/"} {
		if len(pkg) > len(below) && pkg[:len(below)] == below {
			return true
		}
	}
	return pkg == OTel
}

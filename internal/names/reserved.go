package names

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Reserved says what a label already means to Go or to an operating system, as the end of
// the sentence "it is …". It is empty when label is free.
func Reserved(label string) string {
	switch label {
	case "main", "internal", "vendor", "test", "testdata":
		return "a name with a meaning of its own to the go command"
	case "con", "prn", "aux", "nul":
		return "the name of a device on Windows"
	}
	if rest, ok := strings.CutPrefix(label, "com"); ok && len(rest) == 1 && isDigit(rest[0]) {
		return "the name of a device on Windows"
	}
	if rest, ok := strings.CutPrefix(label, "lpt"); ok && len(rest) == 1 && isDigit(rest[0]) {
		return "the name of a device on Windows"
	}
	if slices.Contains(keywords[:], label) {
		return "a Go keyword"
	}
	if slices.Contains(predeclared[:], label) {
		return "a predeclared Go identifier"
	}
	for _, p := range standard {
		if first, _, _ := strings.Cut(p, "/"); first == label || packageName(p) == label {
			return fmt.Sprintf("a name of Go's standard library (%s)", p)
		}
	}
	return ""
}

// packageName is the name of the standard library's package at p: math/rand/v2 is rand.
func packageName(p string) string {
	if dir, last := path.Split(p); last == "v2" {
		return path.Base(dir)
	}
	return path.Base(p)
}

// The Go specification, "Keywords".
var keywords = [...]string{
	"break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for",
	"func", "go", "goto", "if", "import", "interface", "map", "package", "range", "return",
	"select", "struct", "switch", "type", "var",
}

// The Go specification, "Predeclared identifiers".
var predeclared = [...]string{
	"any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex",
	"complex128", "complex64", "copy", "delete", "error", "false", "float32", "float64", "imag",
	"int", "int16", "int32", "int64", "int8", "iota", "len", "make", "max", "min", "new", "nil",
	"panic", "print", "println", "real", "recover", "rune", "string", "true", "uint", "uint16",
	"uint32", "uint64", "uint8", "uintptr",
}

// The importable packages of the standard library, as of Go 1.26.
var standard = [...]string{
	"archive/tar", "archive/zip", "bufio", "bytes", "cmp", "compress/bzip2", "compress/flate",
	"compress/gzip", "compress/lzw", "compress/zlib", "container/heap", "container/list",
	"container/ring", "context", "crypto", "crypto/aes", "crypto/cipher", "crypto/des",
	"crypto/dsa", "crypto/ecdh", "crypto/ecdsa", "crypto/ed25519", "crypto/elliptic",
	"crypto/fips140", "crypto/hkdf", "crypto/hmac", "crypto/hpke", "crypto/md5", "crypto/mlkem",
	"crypto/mlkem/mlkemtest", "crypto/pbkdf2", "crypto/rand", "crypto/rc4", "crypto/rsa",
	"crypto/sha1", "crypto/sha256", "crypto/sha3", "crypto/sha512", "crypto/subtle", "crypto/tls",
	"crypto/x509", "crypto/x509/pkix", "database/sql", "database/sql/driver", "debug/buildinfo",
	"debug/dwarf", "debug/elf", "debug/gosym", "debug/macho", "debug/pe", "debug/plan9obj",
	"embed", "encoding", "encoding/ascii85", "encoding/asn1", "encoding/base32", "encoding/base64",
	"encoding/binary", "encoding/csv", "encoding/gob", "encoding/hex", "encoding/json",
	"encoding/pem", "encoding/xml", "errors", "expvar", "flag", "fmt", "go/ast", "go/build",
	"go/build/constraint", "go/constant", "go/doc", "go/doc/comment", "go/format", "go/importer",
	"go/parser", "go/printer", "go/scanner", "go/token", "go/types", "go/version", "hash",
	"hash/adler32", "hash/crc32", "hash/crc64", "hash/fnv", "hash/maphash", "html",
	"html/template", "image", "image/color", "image/color/palette", "image/draw", "image/gif",
	"image/jpeg", "image/png", "index/suffixarray", "io", "io/fs", "io/ioutil", "iter", "log",
	"log/slog", "log/syslog", "maps", "math", "math/big", "math/bits", "math/cmplx", "math/rand",
	"math/rand/v2", "mime", "mime/multipart", "mime/quotedprintable", "net", "net/http",
	"net/http/cgi", "net/http/cookiejar", "net/http/fcgi", "net/http/httptest",
	"net/http/httptrace", "net/http/httputil", "net/http/pprof", "net/mail", "net/netip",
	"net/rpc", "net/rpc/jsonrpc", "net/smtp", "net/textproto", "net/url", "os", "os/exec",
	"os/signal", "os/user", "path", "path/filepath", "plugin", "reflect", "regexp",
	"regexp/syntax", "runtime", "runtime/cgo", "runtime/coverage", "runtime/debug",
	"runtime/metrics", "runtime/pprof", "runtime/race", "runtime/trace", "slices", "sort",
	"strconv", "strings", "structs", "sync", "sync/atomic", "syscall", "testing",
	"testing/cryptotest", "testing/fstest", "testing/iotest", "testing/quick", "testing/slogtest",
	"testing/synctest", "text/scanner", "text/tabwriter", "text/template", "text/template/parse",
	"time", "time/tzdata", "unicode", "unicode/utf16", "unicode/utf8", "unique", "unsafe", "weak",
}

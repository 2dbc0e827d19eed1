// Package client holds the Go that generated clients and their test doubles are made of, apart
// from what is made from an interface.
//
// It compiles, is tested and vetted in place. A file sample.go in a folder stands for what is
// made; all else is emitted with Sample and sample in its names replaced.
package client

import "embed"

// Path is the import path of the folders.
const Path = "github.com/mintwright/mintwright/blueprints/client"

//go:embed authority/authority.go ownrpc/conn.go ownrpctest/serve.go ownweb/client.go ownwebtest/serve.go
//go:embed rpc/config.go rpc/conn.go rpc/credentials.go rpctest/serve.go
//go:embed web/call.go web/client.go web/error.go web/path.go web/telemetry.go web/transport.go
//go:embed webtest/answer.go webtest/parse.go webtest/report.go webtest/serve.go
var files embed.FS

// File returns a file, such as web/call.go.
func File(name string) []byte {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err) // embedded above
	}
	return content
}

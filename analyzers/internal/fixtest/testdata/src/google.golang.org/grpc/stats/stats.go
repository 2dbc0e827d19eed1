// Package stats has the signatures of gRPC's, and nothing behind them.
package stats

import "context"

type (
	RPCTagInfo  struct{ FullMethodName string }
	RPCStats    interface{ IsClient() bool }
	ConnTagInfo struct{}
	ConnStats   interface{ IsClient() bool }
	Handler     interface {
		TagRPC(context.Context, *RPCTagInfo) context.Context
		HandleRPC(context.Context, RPCStats)
		TagConn(context.Context, *ConnTagInfo) context.Context
		HandleConn(context.Context, ConnStats)
	}
)

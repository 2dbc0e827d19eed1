// Package connect has types of connect-go's, and nothing behind them.
package connect

type (
	Request[T any]  struct{ Msg *T }
	Response[T any] struct{ Msg *T }
)

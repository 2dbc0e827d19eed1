// Package attribute has the signatures of OpenTelemetry's, and nothing behind them.
package attribute

import "fmt"

type (
	Key      string
	Value    struct{}
	KeyValue struct {
		Key   Key
		Value Value
	}
	Set struct{}
)

func Bool(k string, v bool) KeyValue              { return KeyValue{} }
func BoolSlice(k string, v []bool) KeyValue       { return KeyValue{} }
func Int(k string, v int) KeyValue                { return KeyValue{} }
func IntSlice(k string, v []int) KeyValue         { return KeyValue{} }
func Int64(k string, v int64) KeyValue            { return KeyValue{} }
func Int64Slice(k string, v []int64) KeyValue     { return KeyValue{} }
func Float64(k string, v float64) KeyValue        { return KeyValue{} }
func Float64Slice(k string, v []float64) KeyValue { return KeyValue{} }
func String(k, v string) KeyValue                 { return KeyValue{} }
func StringSlice(k string, v []string) KeyValue   { return KeyValue{} }
func Stringer(k string, v fmt.Stringer) KeyValue  { return KeyValue{} }
func (k Key) Bool(v bool) KeyValue                { return KeyValue{} }
func (k Key) BoolSlice(v []bool) KeyValue         { return KeyValue{} }
func (k Key) Int(v int) KeyValue                  { return KeyValue{} }
func (k Key) IntSlice(v []int) KeyValue           { return KeyValue{} }
func (k Key) Int64(v int64) KeyValue              { return KeyValue{} }
func (k Key) Int64Slice(v []int64) KeyValue       { return KeyValue{} }
func (k Key) Float64(v float64) KeyValue          { return KeyValue{} }
func (k Key) Float64Slice(v []float64) KeyValue   { return KeyValue{} }
func (k Key) String(v string) KeyValue            { return KeyValue{} }
func (k Key) StringSlice(v []string) KeyValue     { return KeyValue{} }
func (k Key) Defined() bool                       { return true }
func StringValue(v string) Value                  { return Value{} }
func NewSet(kvs ...KeyValue) Set                  { return Set{} }

type Filter func(KeyValue) bool

func Map(k string, v ...KeyValue) KeyValue  { return KeyValue{} }
func Slice(k string, v ...Value) KeyValue   { return KeyValue{} }
func IntValue(v int) Value                  { return Value{} }
func NewAllowKeysFilter(keys ...Key) Filter { return nil }
func NewDenyKeysFilter(keys ...Key) Filter  { return nil }
func (s *Set) Value(k Key) (Value, bool)    { return Value{}, false }
func (s *Set) HasValue(k Key) bool          { return false }
func (v Value) AsString() string            { return "" }

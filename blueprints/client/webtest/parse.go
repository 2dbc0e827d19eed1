package webtest

import (
	"encoding"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"time"
)

// segment reads what stands in a place of the path.
func segment[T any](r *http.Request, name string, parse func(string) (T, error)) (T, error) {
	value, err := parse(r.PathValue(name))
	if err != nil {
		return value, bad(name, err)
	}
	return value, nil
}

// one reads a value of the query.
func one[T any](r *http.Request, name string, parse func(string) (T, error)) (T, error) {
	value, err := optional(r, name, parse)
	if err == nil && value == nil {
		err = bad(name, errors.New("it is missing"))
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return *value, nil
}

// optional reads a value of the query, which is nil where there is none.
func optional[T any](r *http.Request, name string, parse func(string) (T, error)) (*T, error) {
	values, err := list(r, name, parse)
	switch {
	case err != nil || len(values) == 0:
		return nil, err
	case len(values) > 1:
		return nil, bad(name, errors.New("there are several"))
	}
	return &values[0], nil
}

// list reads all values of a name in the query.
func list[T any](r *http.Request, name string, parse func(string) (T, error)) ([]T, error) {
	var values []T
	for _, text := range r.URL.Query()[name] {
		value, err := parse(text)
		if err != nil {
			return nil, bad(name, err)
		}
		values = append(values, value)
	}
	return values, nil
}

func text[T ~string](text string) (T, error) { return T(text), nil }

func truth[T ~bool](text string) (T, error) {
	value, err := strconv.ParseBool(text)
	return T(value), err
}

func integer[T ~int | ~int8 | ~int16 | ~int32 | ~int64](text string) (T, error) {
	value, err := strconv.ParseInt(text, 10, reflect.TypeFor[T]().Bits())
	return T(value), err
}

func natural[T ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64](text string) (T, error) {
	value, err := strconv.ParseUint(text, 10, reflect.TypeFor[T]().Bits())
	return T(value), err
}

func real[T ~float32 | ~float64](text string) (T, error) {
	value, err := strconv.ParseFloat(text, reflect.TypeFor[T]().Bits())
	return T(value), err
}

func moment(text string) (time.Time, error) { return time.Parse(time.RFC3339, text) }

// unmarshal reads what has a text of its own.
func unmarshal[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](text string) (T, error) {
	var value T
	err := P(&value).UnmarshalText([]byte(text))
	return value, err
}

package dev

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// readable writes a line of log/slog's JSON for people: time of day, level, message, and the
// attributes as key=value in their order, groups with dots. Any other line it returns as it is.
func readable(line []byte) []byte {
	fields, err := flatten(nil, "", bytes.TrimSpace(line))
	if err != nil {
		return line
	}
	known := map[string]string{}
	var rest strings.Builder
	for _, f := range fields {
		switch _, twice := known[f.key]; f.key {
		case "time", "level", "msg":
			if !twice {
				known[f.key] = f.value
				continue
			}
		}
		rest.WriteString(" " + plain(f.key) + "=" + plain(f.value))
	}
	at, err := time.Parse(time.RFC3339Nano, known["time"])
	if err != nil || known["level"] == "" {
		return line
	}
	text := known["msg"]
	if strings.ContainsFunc(text, isControl) {
		text = strconv.Quote(text)
	}
	if rest.Len() > 0 {
		text += " " + rest.String()
	}
	return fmt.Appendf(nil, "%s %-5s %s\n", at.Local().Format("15:04:05.000"), plain(known["level"]), text)
}

// field is one attribute of a record; the value is the text of a string, and JSON otherwise.
type field struct{ key, value string }

// flatten appends the members of a JSON object. It fails when data is anything else.
func flatten(list []field, prefix string, data []byte) ([]field, error) {
	const deepest = 8 // each group is read once a level
	if len(data) == 0 || data[0] != '{' || strings.Count(prefix, ".") > deepest {
		return nil, io.ErrUnexpectedEOF
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return nil, err
		}
		name, value := prefix+fmt.Sprint(key), string(raw)
		switch raw[0] {
		case '{':
			if list, err = flatten(list, name+".", raw); err != nil {
				return nil, err
			}
			continue
		case '"':
			if err := json.Unmarshal(raw, &value); err != nil {
				return nil, err
			}
		}
		list = append(list, field{name, value})
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, io.ErrUnexpectedEOF // something follows the object
	}
	return list, nil
}

// plain quotes what would not be read as one word.
func plain(s string) string {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || r == '=' || r == '"' || isControl(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// isControl reports what would move a terminal's cursor.
func isControl(r rune) bool { return !unicode.IsPrint(r) }

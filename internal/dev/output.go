package dev

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// printer writes whole lines of several sources to one writer, each with a prefix.
type printer struct {
	mu sync.Mutex
	to io.Writer
}

func (p *printer) write(prefix string, lines []byte) {
	if p.to == nil {
		return
	}
	var b bytes.Buffer
	for line := range bytes.Lines(lines) {
		b.WriteString(prefix)
		b.Write(line)
		if !bytes.HasSuffix(line, []byte("\n")) {
			b.WriteByte('\n')
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = p.to.Write(b.Bytes()) // a terminal that is gone ends the session by SIGHUP
}

// maxLine bounds what is held back of a line that does not end.
const maxLine = 64 << 10

// lines is an io.Writer that hands on whole lines.
type lines struct {
	printer *printer
	prefix  string
	show    func(line []byte) []byte // nil shows a line as it is

	mu   sync.Mutex
	rest []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	end := bytes.LastIndexByte(l.rest, '\n') + 1
	if len(l.rest)-end > maxLine {
		end = len(l.rest)
	}
	if end > 0 {
		l.emit(l.rest[:end])
		l.rest = append(l.rest[:0], l.rest[end:]...)
	}
	return len(p), nil
}

// flush hands on the line that was never ended.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		l.emit(l.rest)
		l.rest = nil
	}
}

func (l *lines) emit(text []byte) {
	if l.show == nil {
		l.printer.write(l.prefix, text)
		return
	}
	var shown []byte
	for line := range bytes.Lines(text) {
		shown = append(shown, l.show(line)...)
	}
	l.printer.write(l.prefix, shown)
}

// prefix pads a name to the width of the widest.
func prefix(name string, width int) string {
	return name + strings.Repeat(" ", max(0, width-len(name))) + " | "
}

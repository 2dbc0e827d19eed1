package main

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
	"time"
)

// Measures, in pixels at full size.
const (
	cellWidth  = 8.4
	cellHeight = 19
	fontSize   = 14
	margin     = 16 // around the text of a window
	bar        = 30 // the window's title bar
	gap        = 14 // between two windows
)

// colours are the terminal's sixteen: readable on the window, which is dark on a page of any
// colour.
var colours = [16]string{
	"#3b4252", "#f07178", "#a5d6a7", "#ffd479", "#82aaff", "#d6a6e8", "#7fdbca", "#d8dee9",
	"#8a94a6", "#ff8b92", "#b9e4a0", "#ffe08a", "#9cc4ff", "#e6bff2", "#9aeadb", "#ffffff",
}

// interval is the frames that show something, from the first to before the last.
type interval struct{ from, to int }

// svg is the film as a picture that moves by CSS alone. Without animation it shows the last
// frame.
func (f *film) svg() []byte {
	shown := f.intervals()
	spans := slices.SortedFunc(maps.Keys(shown), func(a, b interval) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	width, height := f.size()
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString(f.title))
	f.style(&b, spans)
	for i, p := range f.panes {
		y := f.top(i)
		fmt.Fprintf(&b, `<rect class="w" x="0.5" y="%.1f" width="%d" height="%d" rx="8"/>`+"\n", float64(y)+0.5, width-1, paneHeight(p)-1)
		for dot := range 3 {
			fmt.Fprintf(&b, `<circle class="o" cx="%d" cy="%d" r="5"/>`, 18+16*dot, y+bar/2)
		}
		fmt.Fprintf(&b, "\n"+`<text class="t" x="%d" y="%d">%s</text>`+"\n", width/2, y+bar/2+4, html.EscapeString(p.title))
	}
	for i, span := range spans {
		if always := (interval{0, len(f.frames)}); span == always {
			fmt.Fprint(&b, "<g>")
		} else {
			fmt.Fprintf(&b, `<g class="f%s" style="animation-name:k%d">`, map[bool]string{true: " l"}[span.to == len(f.frames)], i)
		}
		b.WriteString(strings.Join(shown[span], "") + "</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// style writes the style sheet, with a rule for each interval.
func (f *film) style(b *bytes.Buffer, spans []interval) {
	var total time.Duration
	starts := []time.Duration{}
	for _, frame := range f.frames {
		starts = append(starts, total)
		total += frame.hold
	}
	starts = append(starts, total)
	percent := func(n int) string {
		return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.3f", 100*starts[n].Seconds()/total.Seconds()), "0"), ".") + "%"
	}
	fmt.Fprint(b, "<style>\n")
	fmt.Fprintf(b, "text{font:%dpx ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;fill:#d8dee9}\n", fontSize)
	fmt.Fprint(b, ".w{fill:#161b22;stroke:#57606a}.o{fill:#57606a}.t{fill:#9aa4b2;text-anchor:middle;font-size:13px}.b{font-weight:bold}.c{fill:#d8dee9;opacity:.65}\n")
	for i, c := range colours {
		fmt.Fprintf(b, ".c%d{fill:%s}", i, c)
	}
	fmt.Fprintf(b, "\n.f{visibility:hidden;animation:%.2fs step-end infinite}.l{visibility:visible}\n", total.Seconds())
	for i, span := range spans {
		if span.from == 0 && span.to == len(f.frames) {
			continue
		}
		fmt.Fprintf(b, "@keyframes k%d{", i)
		if span.from > 0 {
			fmt.Fprint(b, "0%{visibility:hidden}")
		}
		fmt.Fprintf(b, "%s{visibility:visible}", percent(span.from))
		if span.to < len(f.frames) {
			fmt.Fprintf(b, "%s{visibility:hidden}", percent(span.to))
		}
		fmt.Fprint(b, "}\n")
	}
	fmt.Fprint(b, "@media(prefers-reduced-motion:reduce){.f{animation:none}}\n</style>\n")
}

// intervals lists what is drawn, by when it is shown. What stays the same over several frames
// is drawn once.
func (f *film) intervals() map[interval][]string {
	since := map[string]int{} // what is shown, from which frame on
	shown := map[interval][]string{}
	for n := range len(f.frames) + 1 {
		now := map[string]bool{}
		if n < len(f.frames) {
			for i := range f.panes {
				for _, item := range f.items(i, f.frames[n].views[i]) {
					now[item] = true
				}
			}
		}
		for _, item := range slices.Sorted(maps.Keys(since)) {
			if !now[item] {
				span := interval{since[item], n}
				shown[span] = append(shown[span], item)
				delete(since, item)
			}
		}
		for item := range now {
			if _, is := since[item]; !is {
				since[item] = n
			}
		}
	}
	return shown
}

// items are the elements that draw a screen: the cursor, and the text of each row.
func (f *film) items(pane int, v view) []string {
	left, top := float64(margin), f.top(pane)+bar+4
	var list []string
	if v.cursor != nil {
		list = append(list, fmt.Sprintf(`<rect class="c" x="%s" y="%d" width="%.1f" height="%d"/>`,
			number(left+float64(v.cursor.x)*cellWidth), top+v.cursor.y*cellHeight, cellWidth, cellHeight-1))
	}
	for y, row := range v.rows {
		for _, r := range runs(row) {
			x := left + float64(r.at)*cellWidth
			if r.look.bg != plain {
				list = append(list, fmt.Sprintf(`<rect class="c%d" x="%s" y="%d" width="%s" height="%d"/>`,
					r.look.bg, number(x), top+y*cellHeight, number(float64(len(r.text))*cellWidth), cellHeight))
			}
			var classes []string
			if r.look.fg != plain {
				classes = append(classes, fmt.Sprintf("c%d", r.look.fg))
			}
			if r.look.bold {
				classes = append(classes, "b")
			}
			class := ""
			if len(classes) > 0 {
				class = ` class="` + strings.Join(classes, " ") + `"`
			}
			list = append(list, fmt.Sprintf(`<text%s x="%s" y="%d" textLength="%s">%s</text>`,
				class, number(x), top+y*cellHeight+fontSize, number(float64(len(r.text))*cellWidth), html.EscapeString(string(r.text))))
		}
	}
	return list
}

// piece is a part of a row in one look, without spaces at its ends and without two together:
// those are kept by where it begins.
type piece struct {
	at   int
	text []rune
	look cell // without a character
}

func runs(row []cell) []piece {
	var list []piece
	var now *piece
	for x, c := range row {
		look := cell{fg: c.fg, bg: c.bg, bold: c.bold}
		isGap := c.char == ' ' && c.bg == plain
		switch {
		case isGap && (now == nil || x+1 == len(row) || row[x+1].char == ' ' || x+1 < len(row) && now.look != (cell{fg: row[x+1].fg, bg: row[x+1].bg, bold: row[x+1].bold})):
			now = nil
			continue
		case isGap:
			now.text = append(now.text, ' ')
			continue
		case now == nil || now.look != look:
			list = append(list, piece{at: x, look: look})
			now = &list[len(list)-1]
		}
		now.text = append(now.text, c.char)
	}
	return list
}

// number is a length without the noise of floating point.
func number(x float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0") }

func paneHeight(p *pane) int { return bar + p.rows*cellHeight + margin }

// top is where a pane begins.
func (f *film) top(pane int) int {
	y := 0
	for _, p := range f.panes[:pane] {
		y += paneHeight(p) + gap
	}
	return y
}

func (f *film) size() (width, height int) {
	for _, p := range f.panes {
		width = max(width, int(float64(p.cols)*cellWidth)+2*margin)
	}
	return width, f.top(len(f.panes)) - gap
}

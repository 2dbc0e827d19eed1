package main

import "time"

// film is what a number of terminals showed, one below the other.
type film struct {
	title  string // for those who do not see it
	panes  []*pane
	frames []frame
}

// frame is what all terminals showed for a time.
type frame struct {
	hold  time.Duration
	views []view // by pane
}

// shot keeps what the terminals show now.
func (f *film) shot(hold time.Duration) {
	now := frame{hold: hold}
	for _, p := range f.panes {
		now.views = append(now.views, p.view())
	}
	f.frames = append(f.frames, now)
}

// view is a screen: its cells by row, and where the cursor stands.
type view struct {
	rows   [][]cell
	cursor *place // nil when it is hidden
}

type place struct{ x, y int }

// cell is a character as it is drawn. A colour is an index into the terminal's sixteen, or
// plain.
type cell struct {
	char   rune
	fg, bg int
	bold   bool
}

const plain = -1

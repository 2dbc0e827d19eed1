// Package fix makes of the fixes that findings come with new contents of files.
//
// A fix is applied whole or not at all. Of two that overlap the first by place wins, and the
// other is left for the next run. What would no longer be Go is not done. An import whose last
// use goes with a fix goes too. A file that was formatted stays so; one that was not changes
// in nothing else. The order in which findings come makes no difference.
//
// Nothing is written here: see disk.Rewrite.
package fix

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"go/format"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/mintwright/mintwright/internal/report"
)

// Result says what became of the fixes.
type Result struct {
	Files   []File           // that change, sorted by name
	Applied []report.Finding // whose fix is in them, by place
	Left    []Left           // by place
}

// File is a file that changes.
type File struct {
	Name     string
	Old, New []byte
}

// Left is a finding whose fix was not applied.
type Left struct {
	Finding report.Finding
	Reason  Reason
}

// Reason says why a fix was not applied, and what to do.
type Reason string

// The reasons.
const (
	Overlaps  Reason = "it overlaps another fix; run again"
	Changed   Reason = "the file has changed since it was checked; run again"
	Unread    Reason = "the file cannot be read"
	Generated Reason = "the file is generated; mend its generator"
	Broken    Reason = "the result would not be Go; mend it by hand"
)

// Apply returns what the first fix of each finding makes of the files. Findings that are
// suppressed and such without a fix are passed over. The same edit of two fixes is made once,
// and imports that two fixes add at one place are both added.
//
// sums holds the hex SHA-256 of each file that was analysed, by name: others are not touched,
// nor are those with another content. A nil map stands for any content.
func Apply(findings []report.Finding, src report.Source, sums map[string]string) Result {
	b := &bench{src: src, sums: sums, files: map[string]*file{}}
	var r Result
	for _, f := range fixable(findings) {
		if reason := b.refusal(f.Fixes[0].Edits); reason != "" {
			r.Left = append(r.Left, Left{f, reason})
		} else {
			b.taken = append(b.taken, f)
		}
	}
	contents, isGo := b.make(b.taken)
	if !isGo {
		var broken []Left
		contents, broken = b.oneByOne()
		r.Left = append(r.Left, broken...)
		slices.SortStableFunc(r.Left, func(x, y Left) int { return compare(x.Finding, y.Finding) })
	}
	r.Applied = b.taken
	for name, content := range contents {
		f := b.files[name]
		if content = f.finish(content); !bytes.Equal(f.old, content) {
			r.Files = append(r.Files, File{name, f.old, content})
		}
	}
	slices.SortFunc(r.Files, func(x, y File) int { return cmp.Compare(x.Name, y.Name) })
	return r
}

// Diff returns the change of a file in the unified format, with a/ and b/ before its name.
func Diff(f File) []byte {
	name := f.Name
	if q := strconv.Quote(name); q != `"`+name+`"` {
		name = q[1 : len(q)-1] // a name with a line break would be a line of its own
	}
	return diff.Diff("a/"+name, f.Old, "b/"+name, f.New)
}

// fixable returns the findings whose first fix has edits, in one order, each once.
func fixable(findings []report.Finding) []report.Finding {
	list := slices.DeleteFunc(slices.Clone(findings), func(f report.Finding) bool {
		return f.Suppressed != nil || len(f.Fixes) == 0 || len(f.Fixes[0].Edits) == 0
	})
	slices.SortStableFunc(list, compare)
	return slices.CompactFunc(list, func(f, g report.Finding) bool { return compare(f, g) == 0 })
}

// compare orders findings by place, and by all that decides what a fix does.
func compare(f, g report.Finding) int {
	return cmp.Or(
		cmp.Compare(f.Position.File, g.Position.File),
		cmp.Compare(f.Position.Offset, g.Position.Offset),
		cmp.Compare(f.Position.EndOffset, g.Position.EndOffset),
		cmp.Compare(f.Rule, g.Rule),
		cmp.Compare(f.Message, g.Message),
		slices.CompareFunc(f.Fixes[0].Edits, g.Fixes[0].Edits, compareEdits),
	)
}

func compareEdits(a, b report.Edit) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.New, b.New))
}

// bench is where files are worked on.
type bench struct {
	src   report.Source
	sums  map[string]string
	files map[string]*file
	taken []report.Finding
}

// refusal returns why a fix cannot be made beside those that are taken, or "".
func (b *bench) refusal(edits []report.Edit) Reason {
	for i, e := range edits {
		f := b.file(e.File)
		switch {
		case f.refusal != "":
			return f.refusal
		case e.Start < 0 || e.Start > e.End || e.End > len(f.old):
			return Broken
		}
		for _, other := range edits[:i] {
			if f.clash(e, other) {
				return Broken
			}
		}
	}
	for _, e := range edits {
		f := b.file(e.File)
		for _, other := range f.edits {
			if f.clash(e, other) {
				return Overlaps
			}
		}
	}
	for _, e := range edits {
		f := b.file(e.File)
		f.edits = append(f.edits, e)
	}
	return ""
}

func (b *bench) file(name string) *file {
	f, seen := b.files[name]
	if !seen {
		f = b.open(name)
		b.files[name] = f
	}
	return f
}

func (b *bench) open(name string) *file {
	content, err := b.src(name)
	if err != nil {
		return &file{refusal: Unread}
	}
	if b.sums != nil {
		if sum := sha256.Sum256(content); b.sums[name] != hex.EncodeToString(sum[:]) {
			return &file{refusal: Changed}
		}
	}
	return newFile(content)
}

// make returns what fixes make of the files, and whether all of that is Go.
func (b *bench) make(fixes []report.Finding) (contents map[string][]byte, isGo bool) {
	edits := map[string][]report.Edit{}
	for _, f := range fixes {
		for _, e := range f.Fixes[0].Edits {
			edits[e.File] = append(edits[e.File], e)
		}
	}
	contents = map[string][]byte{}
	for name, list := range edits {
		f := b.files[name]
		contents[name] = f.edited(list)
		if !f.isStillGo(contents[name]) {
			return nil, false
		}
	}
	return contents, true
}

// oneByOne takes the fixes anew, without those that make of Go what is not.
func (b *bench) oneByOne() (contents map[string][]byte, broken []Left) {
	var kept []report.Finding
	for _, f := range b.taken {
		if next, isGo := b.make(append(slices.Clip(kept), f)); isGo {
			kept, contents = append(kept, f), next
		} else {
			broken = append(broken, Left{f, Broken})
		}
	}
	b.taken = kept
	return contents, broken
}

// edited makes edits that do not clash.
func (f *file) edited(edits []report.Edit) []byte {
	list := slices.Clone(edits)
	slices.SortFunc(list, compareEdits)
	list = slices.Compact(list)
	var out bytes.Buffer
	last := 0
	for _, e := range list {
		out.Write(f.old[last:e.Start])
		text := e.New
		if f.isCRLF {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
		}
		out.WriteString(text)
		last = e.End
	}
	out.Write(f.old[last:])
	return out.Bytes()
}

// finish removes imports that have lost their last use, and formats what was formatted.
func (f *file) finish(content []byte) []byte {
	content = f.withoutUnused(content)
	if !f.isFormatted() {
		return content
	}
	if formatted, err := format.Source(content); err == nil {
		return formatted
	}
	return content
}

package proto

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/parser"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// later is what edition 2024 says that the compiler cannot read: it knows 2023, whose language is
// the same but for two things. They are taken out of the text, with blanks in their place so that
// all else stands where it stood, and are put into the descriptor again.
//
// Not done, which protoc does: names are not held to STYLE2024; gen proto --lint has such rules.
type later struct {
	visibility map[int]descriptorpb.SymbolVisibility // by where message or enum stands
	options    map[string]bool                       // what is imported for its options alone
}

// sooner returns a text of edition 2024 as one of 2023, and nil for any other text.
func sooner(text []byte) ([]byte, *later) {
	words := scan(text)
	at := slices.IndexFunc(words, func(w word) bool { return w.is(text, "edition") && w.begins })
	if at != 0 || len(words) < 3 || !words[1].is(text, "=") || !words[2].is(text, `"2024"`) && !words[2].is(text, `'2024'`) {
		return nil, nil
	}
	l := &later{visibility: map[int]descriptorpb.SymbolVisibility{}, options: map[string]bool{}}
	made := bytes.Clone(text)
	copy(made[words[2].from+1:], "2023")
	for i, w := range words[:max(0, len(words)-2)] {
		next := words[i+1]
		switch {
		case !w.begins:
		case w.is(text, "import") && next.is(text, "option") && words[i+2].isString(text):
			l.options[string(text[words[i+2].from+1:words[i+2].to-1])] = true
			blank(made[next.from:next.to])
		case next.is(text, "message") || next.is(text, "enum"):
			switch {
			case w.is(text, "export"):
				l.visibility[next.from] = descriptorpb.SymbolVisibility_VISIBILITY_EXPORT
			case w.is(text, "local"):
				l.visibility[next.from] = descriptorpb.SymbolVisibility_VISIBILITY_LOCAL
			default:
				continue
			}
			blank(made[w.from:w.to])
		}
	}
	return made, l
}

func blank(text []byte) {
	for i := range text {
		text[i] = ' '
	}
}

// word is a name, a literal or a sign of a text.
type word struct {
	from, to int
	begins   bool // a statement
}

func (w word) is(text []byte, s string) bool { return string(text[w.from:w.to]) == s }
func (w word) isString(text []byte) bool {
	return w.to-w.from >= 2 && (text[w.from] == '"' || text[w.from] == '\'')
}

func isNameByte(c byte) bool { return c == '_' || c == '.' || isDigit(c) || isLower(c) || isUpper(c) }

// scan takes a text apart, without its comments.
func scan(text []byte) (words []word) {
	begins := true
	for i := 0; i < len(text); i++ {
		from := i
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f':
			continue
		case c == '/' && endOfComment(text, i) > i:
			i = endOfComment(text, i)
			continue
		case c == '"' || c == '\'':
			i = max(i, endOfString(text, i))
		case isNameByte(c):
			for i+1 < len(text) && isNameByte(text[i+1]) {
				i++
			}
		}
		words = append(words, word{from, i + 1, begins})
		begins = i == from && (text[from] == ';' || text[from] == '{' || text[from] == '}')
	}
	return words
}

// before puts what holds while a file is compiled into its descriptor.
func (l *later) before(parsed parser.Result) {
	f := parsed.FileDescriptorProto()
	f.Edition = descriptorpb.Edition_EDITION_2024.Enum()
	l.enums(parsed, f.GetEnumType())
	l.messages(parsed, f.GetMessageType())
}

func (l *later) messages(parsed parser.Result, list []*descriptorpb.DescriptorProto) {
	for _, m := range list {
		if node := parsed.MessageNode(m); node != nil {
			if v, ok := l.visibility[parsed.AST().NodeInfo(node).Start().Offset]; ok {
				m.Visibility = v.Enum()
			}
		}
		l.enums(parsed, m.GetEnumType())
		l.messages(parsed, m.GetNestedType())
	}
}

func (l *later) enums(parsed parser.Result, list []*descriptorpb.EnumDescriptorProto) {
	for _, e := range list {
		if node := parsed.EnumNode(e); node != nil {
			if v, ok := l.visibility[parsed.AST().NodeInfo(node).Start().Offset]; ok {
				e.Visibility = v.Enum()
			}
		}
	}
}

// after moves imports for options alone to where they belong. While the file is compiled they are
// imports like others.
func (l *later) after(f *descriptorpb.FileDescriptorProto) {
	if len(l.options) == 0 {
		return
	}
	const dependency, optionDependency = 3, 15
	var kept, moved []string
	index := map[int32][]int32{} // of paths
	for i, name := range f.GetDependency() {
		if l.options[name] {
			index[int32(i)] = []int32{optionDependency, int32(len(moved))}
			moved = append(moved, name)
		} else {
			index[int32(i)] = []int32{dependency, int32(len(kept))}
			kept = append(kept, name)
		}
	}
	for i, public := range f.GetPublicDependency() {
		f.PublicDependency[i] = index[public][1]
	}
	for _, at := range f.GetSourceCodeInfo().GetLocation() {
		if p := at.GetPath(); len(p) == 2 && p[0] == dependency {
			copy(p, index[p[1]])
		}
	}
	f.Dependency, f.OptionDependency = kept, moved
}

// locals notes which declarations of a file of edition 2024 others may not use.
func (c *compiler) locals(f *descriptorpb.FileDescriptorProto) {
	visible := f.GetOptions().GetFeatures().GetDefaultSymbolVisibility()
	var note func(scope string, isTop bool, messages []*descriptorpb.DescriptorProto, enums []*descriptorpb.EnumDescriptorProto)
	enter := func(scope, name string, isTop bool, v descriptorpb.SymbolVisibility) string {
		full := strings.TrimPrefix(scope+"."+name, ".")
		if isLocal(v, visible, isTop) {
			c.local[protoreflect.FullName(full)] = true
		}
		return full
	}
	note = func(scope string, isTop bool, messages []*descriptorpb.DescriptorProto, enums []*descriptorpb.EnumDescriptorProto) {
		for _, e := range enums {
			enter(scope, e.GetName(), isTop, e.GetVisibility())
		}
		for _, m := range messages {
			note(enter(scope, m.GetName(), isTop, m.GetVisibility()), false, m.GetNestedType(), m.GetEnumType())
		}
	}
	note(f.GetPackage(), true, f.GetMessageType(), f.GetEnumType())
}

// isLocal says what a visibility means where a file has a default.
func isLocal(v descriptorpb.SymbolVisibility, byDefault descriptorpb.FeatureSet_VisibilityFeature_DefaultSymbolVisibility, isTop bool) bool {
	switch v {
	case descriptorpb.SymbolVisibility_VISIBILITY_EXPORT:
		return false
	case descriptorpb.SymbolVisibility_VISIBILITY_LOCAL:
		return true
	}
	switch byDefault {
	case descriptorpb.FeatureSet_VisibilityFeature_EXPORT_ALL:
		return false
	case descriptorpb.FeatureSet_VisibilityFeature_LOCAL_ALL, descriptorpb.FeatureSet_VisibilityFeature_STRICT:
		return true
	}
	return !isTop // the default of the edition
}

// checkVisible refuses uses of what is local to another file.
func (c *compiler) checkVisible(f linker.Result) error {
	if len(c.local) == 0 {
		return nil
	}
	f.PopulateSourceCodeInfo()
	before := len(c.faults)
	c.visibleIn(f)
	for i := range f.Services().Len() {
		methods := f.Services().Get(i).Methods()
		for j := range methods.Len() {
			c.visible(methods.Get(j), methods.Get(j).Input(), partInput)
			c.visible(methods.Get(j), methods.Get(j).Output(), partOutput)
		}
	}
	if len(c.faults) > before {
		return errImports
	}
	return nil
}

func (c *compiler) visibleIn(d declarations) {
	for i := range d.Extensions().Len() {
		c.visible(d.Extensions().Get(i), d.Extensions().Get(i).ContainingMessage(), partExtendee)
		c.visibleField(d.Extensions().Get(i))
	}
	for i := range d.Messages().Len() {
		m := d.Messages().Get(i)
		for j := range m.Fields().Len() {
			c.visibleField(m.Fields().Get(j))
		}
		if !m.IsMapEntry() {
			c.visibleIn(m)
		}
	}
}

func (c *compiler) visibleField(f protoreflect.FieldDescriptor) {
	switch {
	case f.IsMap(): // its entry is a message of this file
	case f.Message() != nil:
		c.visible(f, f.Message(), typePart(f))
	case f.Enum() != nil:
		c.visible(f, f.Enum(), typePart(f))
	}
}

// visible refuses a use of a declaration by another.
func (c *compiler) visible(by, of protoreflect.Descriptor, part int32) {
	if !c.local[of.FullName()] || of.ParentFile().Path() == by.ParentFile().Path() {
		return
	}
	at := locate(by, protoreflect.SourcePath{part})
	c.fault(&Fault{
		File: by.ParentFile().Path(), Line: at.StartLine + 1, Column: at.StartColumn + 1,
		Problem: fmt.Sprintf("%s is local to %s", of.FullName(), of.ParentFile().Path()),
		Remedy:  "write export before it there, or use another",
	})
}

package chart

// row is a value of the chart, or a section of them.
type row struct {
	key   string
	title string // of the part of the file that begins here
	doc   string // one paragraph
	is    schema // what may stand there; of a section, what holds of its rows together
	def   any    // what stands there; nil for a section
	rows  []row  // of a section
	lacks bool   // it may be missing
	or    string // lines that are commented out below it: another way
}

// schema is a JSON Schema, or a part of one.
type schema map[string]any

// object is a mapping whose order is ours.
type object []field

type field struct {
	key   string
	value any    // a scalar, an object or a list
	note  string // a comment above it
}

// list is a sequence of scalars or objects.
type list []any

func text(key, def, pattern, doc string) row {
	is := schema{"type": "string"}
	if pattern != "" {
		is["pattern"] = pattern
	}
	return row{key: key, doc: doc, is: is, def: def}
}

func choice(key, def, doc string, choices ...string) row {
	return row{key: key, doc: doc, is: schema{"enum": choices}, def: def}
}

func integer(key string, def, minimum, maximum int, doc string) row {
	return row{key: key, doc: doc, is: schema{"type": "integer", "minimum": minimum, "maximum": maximum}, def: def}
}

func flag(key string, def bool, doc string) row {
	return row{key: key, doc: doc, is: schema{"type": "boolean"}, def: def}
}

func section(key, doc string, rows ...row) row { return row{key: key, doc: doc, rows: rows} }

// defined is a value whose schema is one of the definitions.
func defined(key, definition string, def any, doc string) row {
	return row{key: key, doc: doc, is: ref(definition), def: def}
}

// items is a list whose items are of a definition.
func items(key, definition string, def list, doc string) row {
	return row{key: key, doc: doc, is: listOf(ref(definition)), def: def}
}

func ref(definition string) schema { return schema{"$ref": "#/definitions/" + definition} }

func listOf(item schema) schema { return schema{"type": "array", "items": item} }

func (r row) titled(title string) row { r.title = title; return r }

func (r row) orElse(lines string) row { r.or = lines; return r }

func (r row) optional() row { r.lacks = true; return r }

func (r row) where(more schema) row { r.is = more; return r }

// when returns rows if chosen, else none.
func when(chosen bool, rows ...row) []row {
	if !chosen {
		return nil
	}
	return rows
}

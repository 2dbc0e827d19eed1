package proto

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// fileOptions are options of files that code made of them depends on.
var fileOptions = [...]struct{ rule, field string }{
	{"FILE_SAME_CC_ENABLE_ARENAS", "cc_enable_arenas"},
	{"FILE_SAME_CC_GENERIC_SERVICES", "cc_generic_services"},
	{"FILE_SAME_CSHARP_NAMESPACE", "csharp_namespace"},
	{"FILE_SAME_GO_PACKAGE", "go_package"},
	{"FILE_SAME_JAVA_GENERIC_SERVICES", "java_generic_services"},
	{"FILE_SAME_JAVA_MULTIPLE_FILES", "java_multiple_files"},
	{"FILE_SAME_JAVA_OUTER_CLASSNAME", "java_outer_classname"},
	{"FILE_SAME_JAVA_PACKAGE", "java_package"},
	{"FILE_SAME_OBJC_CLASS_PREFIX", "objc_class_prefix"},
	{"FILE_SAME_OPTIMIZE_FOR", "optimize_for"},
	{"FILE_SAME_PHP_CLASS_PREFIX", "php_class_prefix"},
	{"FILE_SAME_PHP_METADATA_NAMESPACE", "php_metadata_namespace"},
	{"FILE_SAME_PHP_NAMESPACE", "php_namespace"},
	{"FILE_SAME_PY_GENERIC_SERVICES", "py_generic_services"},
	{"FILE_SAME_RUBY_PACKAGE", "ruby_package"},
	{"FILE_SAME_SWIFT_PREFIX", "swift_prefix"},
}

// file compares what a file says of itself, when it is still there.
func (b *breaks) file(was protoreflect.FileDescriptor) {
	now, ok := b.now.files[was.Path()]
	if !ok {
		return
	}
	if was.Package() != now.Package() {
		b.say("FILE_SAME_PACKAGE", breaksWire, now, protoreflect.SourcePath{partPackage}, "keep the package; a new one goes into new files",
			"the package was %q and is %q", was.Package(), now.Package())
	}
	if was.Syntax() != now.Syntax() {
		b.say("FILE_SAME_SYNTAX", breaksSource, now, protoreflect.SourcePath{partSyntax}, "keep the syntax", "the syntax was %s and is %s", was.Syntax(), now.Syntax())
	}
	older, newer := protodesc.ToFileDescriptorProto(was).GetOptions().ProtoReflect(), protodesc.ToFileDescriptorProto(now).GetOptions().ProtoReflect()
	fields := new(descriptorpb.FileOptions).ProtoReflect().Descriptor().Fields()
	for _, o := range fileOptions {
		field := fields.ByName(protoreflect.Name(o.field))
		if x, y := fmt.Sprint(older.Get(field).Interface()), fmt.Sprint(newer.Get(field).Interface()); x != y {
			b.say(o.rule, breaksSource, now, protoreflect.SourcePath{partOptions, int32(field.Number())}, "keep the option "+o.field, "%s was %q and is %q", o.field, x, y)
		}
	}
}

func (b *breaks) enum(was, now protoreflect.EnumDescriptor) {
	if was.IsClosed() != now.IsClosed() {
		b.say("ENUM_SAME_TYPE", breaksWire, now, nil, "keep it as it was", "enum %s was %s and is %s", now.Name(), openness(was), openness(now))
	}
	if isSure(was) && !isSure(now) {
		b.say("ENUM_SAME_JSON_FORMAT", breaksJSON, now, nil, "keep the feature json_format", "enum %s has no JSON format any more that is sure", now.Name())
	}
	for _, number := range enumNumbers(was) {
		older, newer := valueNames(was, number), valueNames(now, number)
		if len(newer) == 0 {
			class := breaksWire
			if now.ReservedRanges().Has(number) {
				class = breaksSource
			}
			b.say("ENUM_VALUE_NO_DELETE", class, now, nil, "bring it back, or deprecate it", "value %d, %s, of enum %s is gone", number, strings.Join(older, " and "), now.Name())
			continue
		}
		if lost := missingOf(older, newer); lost != "" {
			b.renamed(now, number, strings.Join(older, " and "), strings.Join(newer, " and "))
		}
	}
	for i := range was.ReservedRanges().Len() {
		r := was.ReservedRanges().Get(i)
		if !coversEnum(now.ReservedRanges(), r) {
			b.say("RESERVED_ENUM_NO_DELETE", breaksWire, now, nil, "reserve them again", "enum %s no longer reserves %s", now.Name(), span(int64(r[0]), int64(r[1])))
		}
	}
	b.reservedNames("RESERVED_ENUM_NO_DELETE", "enum", was.ReservedNames(), now.ReservedNames(), now)
}

// renamed reports every value of a number, at that.
func (b *breaks) renamed(now protoreflect.EnumDescriptor, number protoreflect.EnumNumber, older, newer string) {
	for i := range now.Values().Len() {
		if v := now.Values().Get(i); v.Number() == number {
			b.say("ENUM_VALUE_SAME_NAME", breaksJSON, v, protoreflect.SourcePath{partNumber}, "keep the name", "value %d of enum %s was called %s and is called %s", number, now.Name(), older, newer)
		}
	}
}

func openness(e protoreflect.EnumDescriptor) string {
	if e.IsClosed() {
		return "closed"
	}
	return "open"
}

// enumNumbers are the numbers of an enum, each once.
func enumNumbers(e protoreflect.EnumDescriptor) (list []protoreflect.EnumNumber) {
	for i := range e.Values().Len() {
		if n := e.Values().Get(i).Number(); !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

func valueNames(e protoreflect.EnumDescriptor, number protoreflect.EnumNumber) (list []string) {
	for i := range e.Values().Len() {
		if v := e.Values().Get(i); v.Number() == number {
			list = append(list, string(v.Name()))
		}
	}
	return list
}

// missingOf is what one list has and another has not, "" when that is nothing.
func missingOf(some, others []string) string {
	for _, s := range some {
		if !slices.Contains(others, s) {
			return s
		}
	}
	return ""
}

// reservedNames compares names that may not be used again.
func (b *breaks) reservedNames(rule, kind string, was, now protoreflect.Names, at protoreflect.Descriptor) {
	for i := range was.Len() {
		if !now.Has(was.Get(i)) {
			b.say(rule, breaksWire, at, nil, "reserve it again", "%s %s no longer reserves the name %q", kind, at.Name(), was.Get(i))
		}
	}
}

// coversEnum reports whether ranges that end at their second number cover another.
func coversEnum(now protoreflect.EnumRanges, r [2]protoreflect.EnumNumber) bool {
	for n := int64(r[0]); n <= int64(r[1]); {
		next := n
		for j := range now.Len() {
			if x := now.Get(j); int64(x[0]) <= n && n <= int64(x[1]) {
				next = int64(x[1]) + 1
			}
		}
		if next == n {
			return false
		}
		n = next
	}
	return true
}

// coversFields reports whether ranges that end before their second number cover another.
func coversFields(now protoreflect.FieldRanges, r [2]protoreflect.FieldNumber) bool {
	for n := r[0]; n < r[1]; {
		next := n
		for j := range now.Len() {
			if x := now.Get(j); x[0] <= n && n < x[1] {
				next = x[1]
			}
		}
		if next == n {
			return false
		}
		n = next
	}
	return true
}

func span(from, to int64) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

func (b *breaks) message(was, now protoreflect.MessageDescriptor) {
	older, _ := was.Options().(*descriptorpb.MessageOptions)
	newer, _ := now.Options().(*descriptorpb.MessageOptions)
	if !older.GetNoStandardDescriptorAccessor() && newer.GetNoStandardDescriptorAccessor() {
		b.say("MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR", breaksSource, now, protoreflect.SourcePath{partMessageOptions, partAccessor}, "remove the option", "message %s has no standard descriptor accessor any more", now.Name())
	}
	if isSure(was) && !isSure(now) {
		b.say("MESSAGE_SAME_JSON_FORMAT", breaksJSON, now, nil, "keep the feature json_format", "message %s has no JSON format any more that is sure", now.Name())
	}
	b.fields(was, now)
	for i := range was.Oneofs().Len() {
		o := was.Oneofs().Get(i)
		if !o.IsSynthetic() && now.Oneofs().ByName(o.Name()) == nil {
			b.say("ONEOF_NO_DELETE", breaksSource, now, nil, "bring it back", "oneof %s of message %s is gone", o.Name(), now.Name())
		}
	}
	for i := range was.ReservedRanges().Len() {
		if r := was.ReservedRanges().Get(i); !coversFields(now.ReservedRanges(), r) {
			b.say("RESERVED_MESSAGE_NO_DELETE", breaksWire, now, nil, "reserve them again", "message %s no longer reserves %s", now.Name(), span(int64(r[0]), int64(r[1])-1))
		}
	}
	b.reservedNames("RESERVED_MESSAGE_NO_DELETE", "message", was.ReservedNames(), now.ReservedNames(), now)
	for i := range was.ExtensionRanges().Len() {
		if r := was.ExtensionRanges().Get(i); !coversFields(now.ExtensionRanges(), r) {
			b.say("EXTENSION_MESSAGE_NO_DELETE", breaksSource, now, nil, "bring the range back", "message %s has no extension range %s any more", now.Name(), span(int64(r[0]), int64(r[1])-1))
		}
	}
}

func (b *breaks) fields(was, now protoreflect.MessageDescriptor) {
	for i := range was.Fields().Len() {
		f := was.Fields().Get(i)
		newer := now.Fields().ByNumber(f.Number())
		switch {
		case newer != nil:
			b.field(f, newer)
		case now.ReservedRanges().Has(f.Number()):
			b.say("FIELD_NO_DELETE", breaksSource, now, nil, "bring it back, or deprecate it", "field %d, %s, of message %s is gone; its number is reserved", f.Number(), f.Name(), now.Name())
		default:
			b.say("FIELD_NO_DELETE", breaksWire, now, nil, "bring it back and deprecate it, or at the least reserve its number and name",
				"field %d, %s, of message %s is gone", f.Number(), f.Name(), now.Name())
		}
		if f.Cardinality() == protoreflect.Required && (newer == nil || newer.Cardinality() != protoreflect.Required) {
			b.say("MESSAGE_SAME_REQUIRED_FIELDS", breaksWire, now, nil, "leave it required: older readers refuse messages without it", "field %s of message %s is required no more", f.Name(), now.Name())
		}
	}
	for i := range now.Fields().Len() {
		f := now.Fields().Get(i)
		older := was.Fields().ByNumber(f.Number())
		if f.Cardinality() == protoreflect.Required && (older == nil || older.Cardinality() != protoreflect.Required) {
			b.say("MESSAGE_SAME_REQUIRED_FIELDS", breaksWire, f, nil, "make it optional: older writers do not set it", "field %s of message %s is required now", f.Name(), now.Name())
		}
	}
}

// field compares a field with the one that has its number.
func (b *breaks) field(was, now protoreflect.FieldDescriptor) {
	at := fmt.Sprintf("field %d, %s,", now.Number(), now.Name())
	if x, y := cardinality(was), cardinality(now); x != y {
		class := breaksWire
		if was.Cardinality() == protoreflect.Optional && now.Cardinality() == protoreflect.Optional {
			class = breaksSource // the presence alone
		}
		b.say("FIELD_SAME_CARDINALITY", class, now, nil, "keep it, and add a field for the other", "%s was %s and is %s", at, x, y)
	}
	if x, y := typeName(was), typeName(now); x != y && was.IsMap() == now.IsMap() {
		class := breaksWire
		if isAlike(was.Kind(), now.Kind()) {
			class = breaksSource
		}
		b.say("FIELD_SAME_TYPE", class, now, protoreflect.SourcePath{typePart(now)}, "keep it, and add a field of the other type", "%s was of type %s and is of type %s", at, x, y)
	}
	if was.Name() != now.Name() {
		b.say("FIELD_SAME_NAME", breaksJSON, now, name(), "keep the name", "field %d was called %s and is called %s", now.Number(), was.Name(), now.Name())
	}
	if was.JSONName() != now.JSONName() && !was.IsExtension() {
		b.say("FIELD_SAME_JSON_NAME", breaksJSON, now, protoreflect.SourcePath{partJSONName}, fmt.Sprintf("write [json_name = %q]", was.JSONName()), "%s was called %s in JSON and is called %s", at, was.JSONName(), now.JSONName())
	}
	if x, y := oneofName(was), oneofName(now); x != y {
		b.say("FIELD_SAME_ONEOF", breaksWire, now, nil, "leave it where it was", "%s was in %s and is in %s", at, x, y)
	}
	if x, y := defaultOf(was), defaultOf(now); x != y && typeName(was) == typeName(now) && cardinality(was) == cardinality(now) {
		b.say("FIELD_SAME_DEFAULT", breaksWire, now, protoreflect.SourcePath{partDefault}, "keep the default", "%s had the default %s and has %s", at, x, y)
	}
	older, _ := was.Options().(*descriptorpb.FieldOptions)
	newer, _ := now.Options().(*descriptorpb.FieldOptions)
	if older.GetJstype() != newer.GetJstype() {
		b.say("FIELD_SAME_JSTYPE", breaksSource, now, protoreflect.SourcePath{partOptions, partJSType}, "keep the option jstype", "%s had jstype %s and has %s", at, older.GetJstype(), newer.GetJstype())
	}
	if x, y := isChecked(was), isChecked(now); x != y && hasString(was) && hasString(now) {
		b.say("FIELD_SAME_UTF8_VALIDATION", breaksWire, now, nil, "keep the feature utf8_validation", "%s is checked for UTF-8: %t before, %t now", at, x, y)
	}
}

func cardinality(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return "a map"
	case f.IsList():
		return "repeated"
	case f.Cardinality() == protoreflect.Required:
		return "required"
	case f.HasPresence():
		return "optional with presence"
	}
	return "optional without presence"
}

// typeName is the type of a field as it is written.
func typeName(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return fmt.Sprintf("map<%s, %s>", typeName(f.MapKey()), typeName(f.MapValue()))
	case f.Enum() != nil:
		return string(f.Enum().FullName())
	case f.Kind() == protoreflect.GroupKind:
		return "group " + string(f.Message().FullName())
	case f.Message() != nil:
		return string(f.Message().FullName())
	}
	return f.Kind().String()
}

// typePart is where a field says its type: the name of one, or a word of the language.
func typePart(f protoreflect.FieldDescriptor) int32 {
	const typeWord, typeRef = 5, 6
	if f.Enum() != nil || f.Message() != nil {
		return typeRef
	}
	return typeWord
}

// alike are kinds that have one form on the wire.
var alike = [...][]protoreflect.Kind{
	{protoreflect.Int32Kind, protoreflect.Int64Kind, protoreflect.Uint32Kind, protoreflect.Uint64Kind, protoreflect.BoolKind, protoreflect.EnumKind},
	{protoreflect.Sint32Kind, protoreflect.Sint64Kind},
	{protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind},
	{protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind},
	{protoreflect.StringKind, protoreflect.BytesKind},
}

func isAlike(a, b protoreflect.Kind) bool {
	for _, kinds := range alike {
		if slices.Contains(kinds, a) && slices.Contains(kinds, b) {
			return true
		}
	}
	return false
}

func oneofName(f protoreflect.FieldDescriptor) string {
	if o := f.ContainingOneof(); o != nil && !o.IsSynthetic() {
		return "oneof " + string(o.Name())
	}
	return "no oneof"
}

func defaultOf(f protoreflect.FieldDescriptor) string {
	if !f.HasDefault() {
		return "none"
	}
	if v := f.DefaultEnumValue(); v != nil {
		return string(v.Name())
	}
	return fmt.Sprintf("%v", f.Default().Interface())
}

func hasString(f protoreflect.FieldDescriptor) bool {
	if f.IsMap() {
		return hasString(f.MapKey()) || hasString(f.MapValue())
	}
	return f.Kind() == protoreflect.StringKind
}

// isChecked reports whether a string has to be UTF-8.
func isChecked(f protoreflect.FieldDescriptor) bool {
	return feature(f, "utf8_validation") != protoreflect.EnumNumber(descriptorpb.FeatureSet_NONE)
}

// isSure reports whether the JSON of a message or enum is the specified one, and not what proto2
// made before there was one.
func isSure(d protoreflect.Descriptor) bool {
	return feature(d, "json_format") != protoreflect.EnumNumber(descriptorpb.FeatureSet_LEGACY_BEST_EFFORT)
}

// feature is the value of a feature that holds for a declaration, whatever its syntax.
func feature(d protoreflect.Descriptor, name protoreflect.Name) protoreflect.EnumNumber {
	field := new(descriptorpb.FeatureSet).ProtoReflect().Descriptor().Fields().ByName(name)
	value, err := protoutil.ResolveFeature(d, field)
	if err != nil {
		return 0
	}
	return value.Enum()
}

func (b *breaks) service(was protoreflect.ServiceDescriptor) {
	now, ok := b.now.names[was.FullName()].(protoreflect.ServiceDescriptor)
	if !ok {
		b.gone("PACKAGE_SERVICE_NO_DELETE", breaksWire, was, keepIt, "service %s is gone", was.FullName())
		return
	}
	for i := range was.Methods().Len() {
		m := was.Methods().Get(i)
		if newer := now.Methods().ByName(m.Name()); newer != nil {
			b.method(m, newer)
		} else {
			b.say("RPC_NO_DELETE", breaksWire, now, nil, keepIt, "rpc %s of service %s is gone", m.Name(), now.Name())
		}
	}
}

func (b *breaks) method(was, now protoreflect.MethodDescriptor) {
	const another = "keep it, and add an rpc of another name"
	if was.IsStreamingClient() != now.IsStreamingClient() {
		b.say("RPC_SAME_CLIENT_STREAMING", breaksWire, now, nil, another, "the client of rpc %s streams: %t before, %t now", now.Name(), was.IsStreamingClient(), now.IsStreamingClient())
	}
	if was.IsStreamingServer() != now.IsStreamingServer() {
		b.say("RPC_SAME_SERVER_STREAMING", breaksWire, now, nil, another, "the server of rpc %s streams: %t before, %t now", now.Name(), was.IsStreamingServer(), now.IsStreamingServer())
	}
	if was.Input().FullName() != now.Input().FullName() {
		b.say("RPC_SAME_REQUEST_TYPE", breaksWire, now, protoreflect.SourcePath{partInput}, another, "the request of rpc %s was %s and is %s", now.Name(), was.Input().FullName(), now.Input().FullName())
	}
	if was.Output().FullName() != now.Output().FullName() {
		b.say("RPC_SAME_RESPONSE_TYPE", breaksWire, now, protoreflect.SourcePath{partOutput}, another, "the response of rpc %s was %s and is %s", now.Name(), was.Output().FullName(), now.Output().FullName())
	}
	older, _ := was.Options().(*descriptorpb.MethodOptions)
	newer, _ := now.Options().(*descriptorpb.MethodOptions)
	if older.GetIdempotencyLevel() != newer.GetIdempotencyLevel() {
		b.say("RPC_SAME_IDEMPOTENCY_LEVEL", breaksWire, now, protoreflect.SourcePath{partMethodOptions, partIdempotency}, "keep the option idempotency_level", "rpc %s was %s and is %s", now.Name(), older.GetIdempotencyLevel(), newer.GetIdempotencyLevel())
	}
}

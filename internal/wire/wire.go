// Package wire turns the values of this module into bytes and back, for stores
// that keep them in a column: every text byte for byte, whether it is UTF-8 or
// not, times in UTC and whole microseconds, addresses in full. JSON can do none
// of that: it replaces what is not UTF-8, and masks addresses.
//
// The form is read by newer versions of the same types, as fields are written
// with their names, and those that are zero are left out. A field that the
// reader does not know is an error: what an older program would drop, it must
// not write back. Fields that JSON leaves out by their tag are left out here, as
// are those that have the tag wire:"-".
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/accordsdk/accord/contact"
)

// Append appends v to b. It panics for types that have no form here, channels
// and functions: a programmer's error, that the first test of a store finds.
func Append(b []byte, v any) []byte { return put(b, reflect.ValueOf(v)) }

// Read reads what [Append] wrote of a value of the type that to points at.
func Read(b []byte, to any) error {
	r := reader{b: b}
	r.get(reflect.ValueOf(to).Elem())
	switch {
	case r.err != nil:
		return fmt.Errorf("wire: %T: %w", to, r.err)
	case len(r.b) > 0:
		return fmt.Errorf("wire: %T: %d bytes left over", to, len(r.b))
	}
	return nil
}

var (
	timeType    = reflect.TypeFor[time.Time]()
	addressType = reflect.TypeFor[contact.Address]()
	valueType   = reflect.TypeFor[contact.Value]()
)

func put(b []byte, v reflect.Value) []byte {
	switch v.Type() {
	case timeType:
		t := v.Interface().(time.Time)
		if t.IsZero() {
			return append(b, 0)
		}
		return binary.AppendVarint(append(b, 1), t.UnixMicro())
	case addressType:
		return putText(b, v.Interface().(contact.Address).Reveal())
	case valueType:
		value := v.Interface().(contact.Value)
		b = append(b, byte(value.Kind()))
		if value.Kind() == contact.TextValue {
			return putText(b, value.String())
		}
		return binary.AppendVarint(b, value.Int())
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Float64:
		return binary.BigEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case reflect.String:
		return putText(b, v.String())
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0)
		}
		return put(append(b, 1), v.Elem())
	case reflect.Array:
		if isBytes(v) && v.CanAddr() {
			return append(b, v.Bytes()...)
		}
		for i := range v.Len() {
			if isBytes(v) {
				b = append(b, byte(v.Index(i).Uint()))
				continue
			}
			b = put(b, v.Index(i))
		}
		return b
	case reflect.Slice:
		if v.IsNil() {
			return append(b, 0)
		}
		b = binary.AppendUvarint(b, uint64(v.Len())+1)
		if isBytes(v) {
			return append(b, v.Bytes()...)
		}
		for i := range v.Len() {
			b = put(b, v.Index(i))
		}
		return b
	case reflect.Map:
		return putMap(b, v)
	case reflect.Struct:
		return putStruct(b, v)
	}
	panic("wire: no form for " + v.Type().String()) // a programmer's error
}

var byteType = reflect.TypeFor[byte]()

func isBytes(v reflect.Value) bool { return v.Type().Elem() == byteType }

func putText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// putMap writes the entries in the order of their keys as bytes, so that equal
// maps are the same bytes.
func putMap(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, 0)
	}
	var entries []string
	for it := v.MapRange(); it.Next(); {
		entries = append(entries, string(put(put(nil, it.Key()), it.Value())))
	}
	slices.Sort(entries)
	b = binary.AppendUvarint(b, uint64(len(entries))+1)
	for _, e := range entries {
		b = append(b, e...)
	}
	return b
}

func putStruct(b []byte, v reflect.Value) []byte {
	fs := fieldsOf(v.Type())
	n := 0
	for _, f := range fs {
		if !v.Field(f.index).IsZero() {
			n++
		}
	}
	b = binary.AppendUvarint(b, uint64(n))
	for _, f := range fs {
		if x := v.Field(f.index); !x.IsZero() {
			b = put(putText(b, f.name), x)
		}
	}
	return b
}

type field struct {
	name  string
	index int
}

var fields sync.Map // of types: []field

// fieldsOf returns the exported fields of t. A type that has others keeps
// something from us, and no form for it can be right.
func fieldsOf(t reflect.Type) []field {
	if known, ok := fields.Load(t); ok {
		return known.([]field)
	}
	var fs []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("json") == "-" || f.Tag.Get("wire") == "-" {
			continue
		}
		if !f.IsExported() {
			panic("wire: " + t.String() + " has a field that is not exported") // a programmer's error
		}
		fs = append(fs, field{f.Name, i})
	}
	fields.Store(t, fs)
	return fs
}

var errShort = errors.New("the bytes end early")

type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.b = nil
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail(errShort)
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.fail(errShort)
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) int() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.fail(errShort)
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) text() string { return string(r.take(r.uint())) }

// count returns how many elements follow, each of a byte at least, and false
// for nil.
func (r *reader) count() (int, bool) {
	n := r.uint()
	if n == 0 || n-1 > uint64(len(r.b)) {
		if n > 0 {
			r.fail(errShort)
		}
		return 0, false
	}
	return int(n - 1), true
}

func (r *reader) get(v reflect.Value) {
	switch v.Type() {
	case timeType:
		if r.byte() == 1 {
			v.Set(reflect.ValueOf(time.UnixMicro(r.int()).UTC()))
		}
		return
	case addressType:
		r.address(v)
		return
	case valueType:
		v.Set(reflect.ValueOf(r.value()))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.byte() == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n := r.int()
		if v.OverflowInt(n) {
			r.fail(fmt.Errorf("%d is no %v", n, v.Type()))
			return
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n := r.uint()
		if v.OverflowUint(n) {
			r.fail(fmt.Errorf("%d is no %v", n, v.Type()))
			return
		}
		v.SetUint(n)
	case reflect.Float64:
		if b := r.take(8); b != nil {
			v.SetFloat(math.Float64frombits(binary.BigEndian.Uint64(b)))
		}
	case reflect.String:
		v.SetString(r.text())
	case reflect.Pointer:
		if r.byte() == 1 {
			v.Set(reflect.New(v.Type().Elem()))
			r.get(v.Elem())
		}
	case reflect.Array:
		if isBytes(v) {
			reflect.Copy(v, reflect.ValueOf(r.take(uint64(v.Len()))))
			return
		}
		for i := 0; i < v.Len() && r.err == nil; i++ {
			r.get(v.Index(i))
		}
	case reflect.Slice:
		r.slice(v)
	case reflect.Map:
		r.mapping(v)
	case reflect.Struct:
		r.structure(v)
	default:
		r.fail(fmt.Errorf("no form for %v", v.Type()))
	}
}

func (r *reader) address(v reflect.Value) {
	s := r.text()
	if s == "" {
		return
	}
	a, err := contact.ParseAddress(s)
	if err != nil {
		r.fail(errors.New("an address that is none"))
		return
	}
	v.Set(reflect.ValueOf(a))
}

func (r *reader) value() contact.Value {
	switch kind := contact.ValueKind(r.byte()); kind {
	case contact.TextValue:
		return contact.Text(r.text())
	case contact.NumberValue:
		return contact.Number(r.int())
	case contact.BoolValue:
		return contact.Bool(r.int() != 0)
	case contact.DateValue:
		return contact.Date(time.Unix(r.int(), 0).UTC().Date())
	default:
		r.fail(fmt.Errorf("a value of kind %d", kind))
		return contact.Value{}
	}
}

func (r *reader) slice(v reflect.Value) {
	n, ok := r.count()
	if !ok {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	if isBytes(v) {
		reflect.Copy(v, reflect.ValueOf(r.take(uint64(n))))
		return
	}
	for i := 0; i < n && r.err == nil; i++ {
		r.get(v.Index(i))
	}
}

func (r *reader) mapping(v reflect.Value) {
	n, ok := r.count()
	if !ok {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i < n && r.err == nil; i++ {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		r.get(key)
		r.get(value)
		v.SetMapIndex(key, value)
	}
}

func (r *reader) structure(v reflect.Value) {
	fs := fieldsOf(v.Type())
	for n := r.uint(); n > 0 && r.err == nil; n-- {
		name := r.take(r.uint())
		i := slices.IndexFunc(fs, func(f field) bool { return f.name == string(name) })
		if i < 0 {
			r.fail(fmt.Errorf("field %q of %v, written by a newer version", name, v.Type()))
			return
		}
		r.get(v.Field(fs[i].index))
	}
}

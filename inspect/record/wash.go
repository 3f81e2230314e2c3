package record

import (
	"reflect"

	"github.com/stagedive/stagedive/model/sanitize"
)

// severalLines are the fields whose text may have more than one.
var severalLines = map[string]bool{"Instead": true, "Fix": true, "Text": true}

// wash makes all text in a document harmless, whatever fields it has or will have.
func wash(d *document) { washed(reflect.ValueOf(d).Elem(), sanitize.Text) }

func washed(v reflect.Value, clean func(string) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(clean(v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			washed(v.Elem(), clean)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			washed(v.Index(i), clean)
		}
	case reflect.Map:
		if v.Len() == 0 || v.Type().Elem().Kind() != reflect.String || v.Type().Key().Kind() != reflect.String {
			return
		}
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			key.SetString(clean(it.Key().String()))
			value.SetString(clean(it.Value().String()))
			out.SetMapIndex(key, value)
		}
		v.Set(out)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue // of a time, which has no text
			}
			if severalLines[f.Name] {
				washed(v.Field(i), sanitize.Lines)
				continue
			}
			washed(v.Field(i), clean)
		}
	}
}

// Package manual reads the tables of docs that explain the keys of a JSON form,
// so that tests can hold them against the keys that there are.
package manual

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Keys lists what the first cells of tables name in `code`: those of the whole
// file, or of the section below a heading, up to the next one of its level.
func Keys(t testing.TB, path, heading string) []string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	if heading != "" {
		_, below, found := strings.Cut(text, "\n"+heading+"\n")
		if !found {
			t.Fatalf("%s has no heading %q", path, heading)
		}
		level, _, _ := strings.Cut(heading, " ")
		text, _, _ = strings.Cut(below, "\n"+level+" ")
	}
	var out []string
	for line := range strings.Lines(text) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			out = append(out, m[1])
		}
	}
	return sorted(out)
}

// KeysOf lists the JSON keys of a type; those of structs in it stand behind a dot.
func KeysOf(typ reflect.Type) []string { return sorted(keysOf("", typ)) }

func keysOf(prefix string, typ reflect.Type) []string {
	var out []string
	for f := range typ.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" && !f.Anonymous {
			continue // JSON does not have it, as long as all that it has is named by a tag
		}
		if f.Anonymous {
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			out = append(out, keysOf(prefix, inner)...)
			continue
		}
		out = append(out, prefix+name)
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]() {
			out = append(out, keysOf(prefix+name+".", inner)...)
		}
	}
	return out
}

// KeysIn lists the keys of all objects in decoded JSON, without what they lie in.
func KeysIn(values ...any) []string { return sorted(keysIn(nil, values)) }

func keysIn(keys []string, v any) []string {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			keys = keysIn(append(keys, k), inner)
		}
	case []any:
		for _, inner := range v {
			keys = keysIn(keys, inner)
		}
	}
	return keys
}

// Same fails the test where the keys that are explained are not those in use.
func Same(t testing.TB, documented, used []string) {
	t.Helper()
	if d := cmp.Diff(documented, used); d != "" {
		t.Errorf("the keys (-documented +used):\n%s", d)
	}
}

func sorted(keys []string) []string {
	slices.Sort(keys)
	return slices.Compact(keys)
}

package report

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/inventory"
)

// fields lists what JSON has of a type, nested ones with the path to them.
func fields(t reflect.Type, prefix string) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	var out []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		of, path := t.Field(i).Type, prefix+name
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			if of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct {
				path += "[]"
			}
			of = of.Elem()
		}
		if of.Kind() == reflect.Struct && of != reflect.TypeFor[time.Time]() {
			out = append(out, fields(of, path+".")...)
		} else {
			out = append(out, path)
		}
	}
	return out
}

// TestDocumentation: docs/report-json.md names every field, and no other.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../../docs/report-json.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "`"+Schema+"`") {
		t.Errorf("the page is not about %s", Schema)
	}
	sections := map[string]reflect.Type{
		"image": reflect.TypeFor[imageDoc](), "summary": reflect.TypeFor[summaryDoc](), "findings": reflect.TypeFor[finding.Finding](),
		"rules": reflect.TypeFor[finding.Rule](), "waste": reflect.TypeFor[wasteDoc](), "twins": reflect.TypeFor[twinsDoc](),
		"savings": reflect.TypeFor[savingsDoc](), "files": reflect.TypeFor[fileDoc](), "packages": reflect.TypeFor[inventory.Package](), "policy": reflect.TypeFor[policyDoc](),
	}
	top := []string{"files"} // written by writeFiles
	for _, of := range []reflect.Type{reflect.TypeFor[document](), reflect.TypeFor[judgement]()} {
		for i := range of.NumField() {
			if name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ","); name != "" && name != "schema" {
				top = append(top, name)
			}
		}
	}
	name := regexp.MustCompile("`([^`]+)`")
	for part := range strings.SplitSeq(string(page), "\n## ") {
		title, text, _ := strings.Cut(part, "\n")
		of, ok := sections[title]
		if !ok {
			continue
		}
		top = slices.DeleteFunc(top, func(s string) bool { return s == title })
		var told []string
		for line := range strings.Lines(text) {
			if first, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " |"); ok && strings.HasPrefix(line, "| `") {
				for _, m := range name.FindAllStringSubmatch(first, -1) {
					told = append(told, m[1])
				}
			}
		}
		has := fields(of, "")
		slices.Sort(told)
		slices.Sort(has)
		if !slices.Equal(told, has) {
			t.Errorf("%s: the page tells of\n%s\nthe report has\n%s", title, strings.Join(told, " "), strings.Join(has, " "))
		}
	}
	if len(top) > 0 {
		t.Errorf("the page has no section on %v", top)
	}
}

package reproduction

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/reproduction/cause"
	"github.com/stagedive/stagedive/model/sanitize"
)

// ConfigField is a field of the image's configuration that differs.
type ConfigField struct {
	Field  string `json:"field"` // its path: created, history[3].created, config.Env[1]
	Line   int    `json:"line"`  // of the Dockerfile, for a history entry; 0 for none
	First  string `json:"first,omitempty"`
	Second string `json:"second,omitempty"`
	Cause  string `json:"cause,omitempty"`
	Stays  bool   `json:"stays"` // with SOURCE_DATE_EPOCH it differs still
}

// CompareConfig lists what differs between two configurations, decoded from JSON. The
// layers' digests are left out, as they follow from the layers.
func CompareConfig(first, second any) []ConfigField {
	a, b := map[string]string{}, map[string]string{}
	flatten(a, "", first)
	flatten(b, "", second)
	names := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, ok := a[k]; !ok {
			names = append(names, k)
		}
	}
	slices.SortFunc(names, func(x, y string) int { return strings.Compare(sortable(x), sortable(y)) })
	var out []ConfigField
	for _, k := range names {
		if a[k] == b[k] || strings.HasPrefix(k, "rootfs.") {
			continue
		}
		f := ConfigField{Field: sanitize.Text(k), First: sanitize.Text(a[k]), Second: sanitize.Text(b[k]), Stays: true}
		if k == "created" || strings.HasPrefix(k, "history[") && strings.HasSuffix(k, "].created") {
			f.Cause, f.Stays = cause.Created, false
		}
		out = append(out, f)
	}
	return out
}

// History is the entry of the image's history that a field is of; ok is false for others.
func (f ConfigField) History() (entry int, ok bool) {
	rest, ok := strings.CutPrefix(f.Field, "history[")
	if !ok {
		return 0, false
	}
	n, _, _ := strings.Cut(rest, "]")
	entry, err := strconv.Atoi(n)
	return entry, err == nil
}

// flatten gives each leaf of decoded JSON its path.
func flatten(out map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			name := k
			if path != "" {
				name = path + "." + k
			}
			flatten(out, name, inner)
		}
	case []any:
		for i, inner := range v {
			flatten(out, fmt.Sprintf("%s[%d]", path, i), inner)
		}
	case nil:
	default:
		out[path] = fmt.Sprint(v)
	}
}

// sortable has numbers in paths sort as numbers.
func sortable(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); {
		j := i
		for j < len(path) && path[j] >= '0' && path[j] <= '9' {
			j++
		}
		if j > i {
			fmt.Fprintf(&b, "%010s", path[i:j])
			i = j
			continue
		}
		b.WriteByte(path[i])
		i++
	}
	return b.String()
}

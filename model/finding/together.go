package finding

import "slices"

// told says what an image shows of what a rule about Dockerfiles expects of it.
type told struct {
	rule     string     // the rule that shows it; "" for any of the categories
	kinds    []Category // or one of these
	anywhere bool       // on whatever line, of the base image's files
}

// foreseen are the rules about Dockerfiles that an image proves or refutes.
func foreseen(rule string) (told, bool) {
	t, ok := map[string]told{
		"SD-B003": {kinds: []Category{Source, DevDeps}},
		"SD-B005": {kinds: []Category{Secret}},
		"SD-B006": {kinds: []Category{Toolchain}},
		"SD-B011": {kinds: []Category{Secret}},
		"SD-B013": {kinds: []Category{Cache}},
		"SD-B016": {kinds: []Category{Toolchain}, anywhere: true},
		"SD-B017": {kinds: []Category{Toolchain}, anywhere: true},
		"SD-B021": {rule: "SD-H004"},
		"SD-B022": {rule: "SD-H001", anywhere: true},
	}[rule]
	return t, ok
}

// Together are the findings of an image and those of the Dockerfile that it was built
// from, the image's first. What the image shows on the same line, with evidence that the
// text alone does not have, is not said a second time.
func Together(image, file []Finding) []Finding {
	out := slices.Clone(image)
	for _, f := range file {
		if t, ok := foreseen(f.Rule); !ok || !slices.ContainsFunc(image, func(o Finding) bool { return t.by(o, f) }) {
			out = append(out, f)
		}
	}
	return out
}

// by says whether o is what the image shows of f.
func (t told) by(o, f Finding) bool {
	if t.rule != "" && o.Rule != t.rule || t.rule == "" && !slices.Contains(t.kinds, o.Category) {
		return false
	}
	return o.Line > 0 && o.Line == f.Line || t.anywhere && (o.Base || t.rule != "")
}

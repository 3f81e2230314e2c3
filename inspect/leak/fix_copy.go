package leak

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/leak/rewrite"
	"github.com/stagedive/stagedive/inspect/leak/start"
	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// carried is what a COPY from a stage or an image brought, and what of it is needed.
type carried struct {
	line   rewrite.Copy
	at     int      // the Dockerfile's line
	source string   // the one directory that it took, as written; "" where it is none or several
	dest   string   // where it went, absolute
	size   int64    // of all that it brought
	rels   []string // what of it runs, below dest, the one that is started first
	known  bool     // rels are all that the command needs; else they are a guess
	runs   int64    // their size
}

// carriedBy says what the COPY that made a layer brought. ok is false where that was no
// COPY from a stage or an image, or its words are not to be read.
func (v *view) carriedBy(index int) (carried, bool) {
	if v.graph == nil || index < 0 {
		return carried{}, false
	}
	c, ok := origin.CopyOf(v.im, v.graph, index)
	if !ok || c.Step.OnBuild {
		return carried{}, false
	}
	line, ok := rewrite.ReadCopy(redact.Text(c.Step.Text))
	if !ok || line.From() == "" {
		return carried{}, false
	}
	l := v.layers[index]
	out := carried{line: line, at: c.Step.Line, dest: c.Dest, size: l.tree.Size(image.Root)}
	if len(line.Sources) == 1 && len(c.Copy.Sources) == 1 && !c.Copy.Parents && !strings.ContainsAny(c.Copy.Sources[0], "*?[") && v.final.IsDirectory(c.Dest) {
		out.source = line.Sources[0]
		out.rels, out.known = v.final.Needed(c.Dest)
		if _, made := start.OutputOf(path.Base(path.Clean("/" + out.source))); made && !out.known {
			out.rels = nil // it is build output: what of it is wanted nobody can guess
		}
		out.rels = slices.DeleteFunc(out.rels, func(rel string) bool {
			_, ok := l.tree.Find(path.Join(c.Dest, rel))
			return !ok // another layer brings it
		})
		for _, rel := range out.rels {
			out.runs += l.sizeOf(path.Join(c.Dest, rel))
		}
	}
	return out, true
}

// says is the evidence: what was carried, and how little of it runs.
func (c carried) says() string {
	s := fmt.Sprintf("%s on line %d carried", sanitize.Shorten(c.line.Short(), rewrite.MaxPasted), c.at)
	if c.source == "" {
		return s + " " + measure.Bytes(c.size)
	}
	s += fmt.Sprintf(" all of %s: %s", c.source, measure.Bytes(c.size))
	switch {
	case len(c.rels) == 0 || c.runs >= c.size:
		return s
	case len(c.rels) == 1:
		return s + fmt.Sprintf(", of which %s is %s", c.rels[0], measure.Bytes(c.runs))
	}
	return s + fmt.Sprintf(", of which %s are %s", together(c.rels), measure.Bytes(c.runs))
}

// lines are the COPYs that bring what is needed and nothing else.
func (c carried) lines() []string {
	var out []string
	for _, rel := range c.rels {
		out = append(out, c.line.With(c.line.Into(rewrite.Literal(rel, false)), c.line.Below(c.source, rel)).String())
	}
	return out
}

// spares says whether leaving out what is not needed leaves the leak out.
func (c carried) spares(l leak) bool {
	if len(c.rels) == 0 {
		return false
	}
	for _, rel := range c.rels {
		root := path.Join(c.dest, rel)
		if l.files == nil && (paths.Below(l.path, root) || l.root && paths.Below(root, l.path)) {
			return false
		}
		for _, f := range l.files {
			if paths.Below(f, root) {
				return false
			}
		}
	}
	return true
}

// copyFromFix is for what a COPY from a stage brought along: the words of the fix, and the
// instructions that are the fix, where they are sure.
func (v *view) copyFromFix(rule finding.Rule, l leak, c carried) (fix, instead string) {
	from := c.line.From()
	if rule.Category == finding.Secret {
		return "revoke it, and copy only what runs from " + from + ", by its path", ""
	}
	if c.spares(l) {
		lines := c.lines()
		if c.known {
			return strings.Join(lines, "; "), strings.Join(lines, "\n")
		}
		return fmt.Sprintf("if %s is all that runs, %s", together(c.rels), strings.Join(lines, "; ")), ""
	}
	if rule.Category == finding.DevDeps || strings.Contains(l.path, "/node_modules") {
		return devFix(rule, l, c.line.Short(), from), ""
	}
	if rule.Category == finding.Source && rule.ID >= "SD-S003" { // it lies in what is wanted
		return lowerFirst(rule.Fix), ""
	}
	if rest := c.without(v, l); rest != "" {
		return "leave " + v.carrier(l) + " out: " + rest, rest
	}
	if s := v.final.Command(); c.source != "" && c.dest != "/" && l.root && c.dest == l.path && !(s.Known && paths.Below(s.File, c.dest)) {
		return "leave this COPY out, unless the program calls it when it runs", ""
	}
	return fmt.Sprintf("copy only what runs, by its path, in place of %s", sanitize.Shorten(c.line.Short(), rewrite.MaxPasted)), ""
}

// carrier is the one of several sources that brought a leak, as written; "" when it was
// the only one, or when nobody knows.
func (v *view) carrier(l leak) string {
	c, ok := origin.CopyOf(v.im, v.graph, l.layer)
	line, readable := rewrite.ReadCopy(redact.Text(c.Step.Text))
	if !ok || !readable || len(line.Sources) < 2 || len(line.Sources) != len(c.Copy.Sources) || c.Copy.Parents {
		return ""
	}
	files := l.files
	if files == nil {
		files = []string{l.path}
	}
	at := -1
	for _, p := range files {
		from := origin.Sources(v.im, v.graph, l.layer, p)
		if len(from) != 1 {
			return ""
		}
		i := slices.IndexFunc(c.Copy.Sources, func(s string) bool { return paths.Below(path.Join("/", from[0].Path), path.Join("/", s)) })
		if i < 0 || at >= 0 && i != at {
			return ""
		}
		at = i
	}
	if s := v.final.Command(); s.Known { // it must not bring what runs as well
		if from := origin.Sources(v.im, v.graph, l.layer, s.File); len(from) > 0 && paths.Below(path.Join("/", from[0].Path), path.Join("/", c.Copy.Sources[at])) {
			return ""
		}
	}
	return line.Sources[at]
}

// without is the COPY without the source that brought a leak, where it has others; "" else.
func (c carried) without(v *view, l leak) string {
	out := v.carrier(l)
	if out == "" {
		return ""
	}
	line := c.line
	line.Sources = slices.DeleteFunc(slices.Clone(line.Sources), func(s string) bool { return s == out })
	if len(line.Sources) == 0 {
		return ""
	}
	return line.String()
}

// together lists names: "dist, package.json and public".
func together(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

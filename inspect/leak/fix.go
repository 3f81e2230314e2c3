package leak

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// fix says what to do, on which line, and what to write there, as far as the
// Dockerfile tells; else the rule's usual remedy.
func (v *view) fix(rule finding.Rule, l leak, origin image.Origin) string {
	if v.graph == nil && !origin.Base {
		return rule.Fix
	}
	if origin.Base {
		return v.baseFix(rule)
	}
	target := v.target()
	step, ok := v.step(origin)
	if !ok {
		return rule.Fix
	}
	if s := v.inherited(target, origin.Stage); s != "" && (rule.Category == finding.Toolchain || rule.Category == finding.Source) {
		return s
	}
	at := fmt.Sprintf("line %d: ", step.Line)
	text := Redact(step.Text)
	switch step.Command {
	case "RUN":
		return at + v.runFix(rule, l, text)
	case "COPY", "ADD":
		if from := flag(text, "--from="); from != "" {
			return at + v.copyFromFix(rule, l, origin, text, from)
		}
		return at + contextFix(rule, l, text)
	case "ENV", "ARG":
		return at + lowerFirst(strings.ReplaceAll(rule.Fix, "drop the ENV", "drop this ENV"))
	}
	return at + lowerFirst(rule.Fix)
}

// step is the instruction at an origin.
func (v *view) step(o image.Origin) (model.Step, bool) {
	if o.Stage < 0 || o.Stage >= len(v.graph.Stages) {
		return model.Step{}, false
	}
	steps := v.graph.Stages[o.Stage].Steps
	if o.Step < 0 || o.Step >= len(steps) || steps[o.Step].Line == 0 {
		return model.Step{}, false
	}
	return steps[o.Step], true
}

// target is the stage that the image is of: the last that its layers or history
// come from, or the default one.
func (v *view) target() int {
	for i := len(v.im.History) - 1; i >= 0; i-- {
		if o := v.im.History[i].Origin; o.Stage >= 0 && !o.Base {
			return o.Stage
		}
	}
	for i := len(v.im.Layers) - 1; i >= 0; i-- {
		if o := v.im.Layers[i].Origin; o.Stage >= 0 && !o.Base {
			return o.Stage
		}
	}
	return v.graph.DefaultTarget()
}

// inherited words the remedy when the target starts FROM the stage that made the
// leak, directly or through others; "" when it doesn't.
func (v *view) inherited(target, maker int) string {
	if target < 0 || target >= len(v.graph.Stages) || target == maker {
		return ""
	}
	s := v.graph.Stages[target]
	for _, e := range v.graph.Into(model.NodeID(target)) {
		if e.Kind == model.EdgeBase && v.graph.IsStage(e.From) {
			return fmt.Sprintf("line %d: stage %s starts FROM %s, so all of it ships: start FROM a runtime image, and COPY --from=%s only what runs",
				s.Line, s.Label(), v.graph.Label(e.From), v.graph.Label(e.From))
		}
	}
	return ""
}

// baseFix names the FROM whose image brought the leak.
func (v *view) baseFix(rule finding.Rule) string {
	if v.graph == nil {
		if rule.Category == finding.Toolchain {
			return "the base image brings this: keep it for a build stage, start the final one FROM a runtime image, and COPY --from only what was built"
		}
		return "the base image brings this: choose one without it"
	}
	target := v.target()
	for range v.graph.Stages {
		next := -1
		for _, e := range v.graph.Into(model.NodeID(target)) {
			if e.Kind != model.EdgeBase {
				continue
			}
			if v.graph.IsStage(e.From) {
				next = int(e.From)
				continue
			}
			label := v.graph.Label(e.From)
			if rule.Category == finding.Toolchain {
				return fmt.Sprintf("line %d: FROM %s brings this: keep it for a build stage, start the final one FROM a runtime image, and COPY --from only what was built", e.Line, label)
			}
			return fmt.Sprintf("line %d: FROM %s brings this: choose a base image without it", e.Line, label)
		}
		if next < 0 {
			break
		}
		target = next
	}
	return "choose a base image without it"
}

// runFix is for what a RUN left behind.
func (v *view) runFix(rule finding.Rule, l leak, text string) string {
	switch rule.Category {
	case finding.Cache:
		switch rule.ID {
		case "SD-C001", "SD-C003":
			return lowerFirst(rule.Fix)
		case "SD-C002":
			return "call apk add --no-cache in place of apk add"
		}
		return withMount(text, "--mount=type=cache,target="+l.path) + v.alsoOn(l)
	case finding.VCS:
		return fmt.Sprintf("end this RUN with && rm -rf %s, in the same instruction", l.path)
	case finding.Secret:
		mount := "--mount=type=secret,id=" + secretID(l) + secretTarget(l)
		if l.path != "" && strings.Contains(text, path.Base(l.path)) { // it writes the file: a mount would only be in its way
			return fmt.Sprintf("revoke it, write no such file here, and lend it to the step that needs it: RUN %s …, built with --secret id=%s,src=FILE", mount, secretID(l))
		}
		return "revoke it, then " + withMount(text, mount)
	case finding.Toolchain, finding.DevDeps, finding.Source:
		if rule.ID == "SD-T007" || rule.ID == "SD-D001" {
			if fixed, ok := omitDev(text); ok {
				return fixed
			}
		}
		return fmt.Sprintf("move %q to a build stage, and COPY --from it only what was built", shorten(text, 60))
	}
	return lowerFirst(rule.Fix)
}

// omitDev is npm's or yarn's installation without development packages.
func omitDev(text string) (string, bool) {
	for _, c := range [...]string{"npm ci", "npm install", "pnpm install", "yarn install"} {
		if strings.Contains(text, c) && !strings.Contains(text, "--omit=dev") && !strings.Contains(text, "--prod") {
			flag := " --omit=dev"
			if strings.HasPrefix(c, "pnpm") {
				flag = " --prod"
			} else if strings.HasPrefix(c, "yarn") {
				flag = " --production"
			}
			if strings.Contains(text, "\n") || len(text) > maxPasted {
				return "write " + c + flag + " in place of " + c, true
			}
			return strings.Replace(text, c, c+flag, 1), true
		}
	}
	return "", false
}

// copyFromFix is for what a COPY from a stage brought along.
func (v *view) copyFromFix(rule finding.Rule, l leak, origin image.Origin, text, from string) string {
	if rule.Category == finding.Secret {
		return "revoke it, and copy only what runs from " + from + ", by its path"
	}
	sources, dest := operands(text)
	if len(sources) == 1 && dest != "" {
		for _, out := range [...]string{"dist", "build", "out", "target/release", "bin", "public", ".next/standalone"} {
			root := v.copyRoot(dest, origin, l)
			if root == "" || !v.layers[l.layer].holds(path.Join(root, out)) || below(path.Join(root, out), l.path) && l.path != root {
				continue
			}
			_, all := v.layers[l.layer].sum(root)
			_, wanted := v.layers[l.layer].sum(path.Join(root, out))
			return fmt.Sprintf("this carries all of %s, %s, of which %s is %s: COPY --from=%s %s %s",
				sources[0], measure.Bytes(all), out, measure.Bytes(wanted), from, path.Join(sources[0], out), path.Join(dest, out))
		}
	}
	return fmt.Sprintf("copy only what runs, by its path: COPY --from=%s %s/… %s", from, strings.TrimSuffix(first(sources, ""), "/"), dest)
}

// copyRoot is the directory that a copy went to when the leak lies in it; "" when
// it does not, or when nobody knows.
func (v *view) copyRoot(dest string, origin image.Origin, l leak) string {
	if !path.IsAbs(dest) {
		dir := v.workdir(origin)
		if dir == "" {
			return ""
		}
		dest = path.Join(dir, dest)
	}
	if d := path.Clean(dest); below(l.path, d) && d != "/" {
		return d
	}
	return ""
}

// workdir is the working directory at a step: what the WORKDIRs before it in its
// stage, and in the stages that one is made from, add up to. "" when only the
// base image knows.
func (v *view) workdir(at image.Origin) string {
	var before []string // the nearest first
	for stage, end := at.Stage, at.Step; stage >= 0; {
		steps := v.graph.Stages[stage].Steps
		for i := min(end, len(steps)) - 1; i >= 0; i-- {
			if steps[i].Command != "WORKDIR" {
				continue
			}
			words := strings.Fields(steps[i].Text)
			if len(words) != 2 || strings.Contains(words[1], "$") {
				return ""
			}
			before = append(before, words[1])
			if path.IsAbs(words[1]) {
				slices.Reverse(before)
				return path.Join(before...)
			}
		}
		if stage = v.madeFrom(stage); stage >= 0 {
			end = len(v.graph.Stages[stage].Steps)
		}
	}
	return ""
}

// madeFrom is the stage that a stage's FROM names; -1 when it names an image.
func (v *view) madeFrom(stage int) int {
	for _, e := range v.graph.Into(model.NodeID(stage)) {
		if e.Kind == model.EdgeBase && v.graph.IsStage(e.From) {
			return int(e.From)
		}
	}
	return -1
}

// contextFix is for what a COPY of the build context brought along.
func contextFix(rule finding.Rule, l leak, text string) string {
	name := path.Base(l.path)
	switch rule.Category {
	case finding.Secret:
		return fmt.Sprintf("revoke it, add %s to .dockerignore, and give it to the step that needs it: RUN --mount=type=secret,id=%s%s …", name, secretID(l), secretTarget(l))
	case finding.Source:
		return fmt.Sprintf("move %q to a build stage, compile there, and COPY --from it only what was built", shorten(text, 60))
	case finding.VCS, finding.Cache:
		return fmt.Sprintf("add %s to .dockerignore: %q takes it along", name, shorten(text, 60))
	case finding.DevDeps:
		return "add node_modules to .dockerignore, and install with npm ci --omit=dev in the image"
	}
	return lowerFirst(rule.Fix)
}

// maxPasted is how long an instruction may be, in bytes, to be written out whole
// in a fix: one that is cut short can't be pasted.
const maxPasted = 100

// withMount is a RUN with a mount put in; of a long one, what to put where.
func withMount(text, mount string) string {
	rest := strings.TrimSpace(strings.TrimPrefix(text, "RUN"))
	if len(text) >= 3 && strings.EqualFold(text[:3], "RUN") {
		rest = strings.TrimSpace(text[3:])
	}
	if strings.ContainsAny(rest, "\n␊") || len(rest) > maxPasted || strings.HasPrefix(rest, "<<") {
		return "put " + mount + " right behind RUN"
	}
	return "RUN " + mount + " " + rest
}

// secretID names the secret for --mount=type=secret.
func secretID(l leak) string {
	if _, variable, ok := strings.Cut(l.name, "ENV "); ok {
		return variable
	}
	if l.path == "" {
		return "NAME"
	}
	return strings.TrimPrefix(path.Base(l.path), ".")
}

// secretTarget says where the mount is to appear.
func secretTarget(l leak) string {
	if l.path == "" {
		return ",env=" + secretID(l)
	}
	return ",target=" + l.path
}

// flag is the value of an instruction's flag, or "".
func flag(text, name string) string {
	for _, w := range strings.Fields(text) {
		if value, ok := strings.CutPrefix(w, name); ok {
			return value
		}
	}
	return ""
}

// operands are a COPY's sources and destination, in its plain form.
func operands(text string) (sources []string, dest string) {
	for i, w := range strings.Fields(text) {
		if i == 0 {
			continue // the instruction
		}
		if !strings.HasPrefix(w, "--") {
			sources = append(sources, w)
		}
	}
	if len(sources) < 2 || strings.HasPrefix(sources[0], "[") || strings.HasPrefix(sources[0], "<<") {
		return nil, ""
	}
	return sources[:len(sources)-1], sources[len(sources)-1]
}

func first(list []string, or string) string {
	if len(list) == 0 {
		return or
	}
	return list[0]
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

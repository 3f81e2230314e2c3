package leak

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/leak/rewrite"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// remedy says what to do about a leak.
type remedy struct {
	words   string // for people: the line, and what to write there
	instead string // the Dockerfile's text in place of the step, where that alone is the fix
	endLine int    // of the step; 0 where instead is ""
}

// fix says what to do, on which line, and what to write there, as far as the
// Dockerfile tells; else the rule's usual remedy.
func (v *view) fix(rule finding.Rule, l leak, origin image.Origin) remedy {
	if origin.Base {
		return remedy{words: v.baseFix(rule)}
	}
	if v.graph == nil {
		return remedy{words: rule.Fix}
	}
	step, ok := v.step(origin)
	if !ok {
		return remedy{words: rule.Fix}
	}
	switch rule.Category {
	case finding.Toolchain, finding.Source, finding.DevDeps:
		if s := v.inheritedFix(origin.Stage); s != "" {
			return remedy{words: s}
		}
	}
	at := fmt.Sprintf("line %d: ", step.Line)
	text := redact.Text(step.Text)
	switch step.Command {
	case "RUN":
		return remedy{words: at + v.runFix(rule, l, origin.Stage, text)}
	case "COPY", "ADD":
		if c, ok := v.carriedBy(l.layer); ok {
			words, instead := v.copyFromFix(rule, l, c)
			if instead == "" {
				return remedy{words: at + words}
			}
			return remedy{at + words, instead, step.EndLine}
		}
		if line, ok := rewrite.ReadCopy(text); ok && line.From() != "" {
			return remedy{words: at + "copy only what runs, by its path, in place of " + sanitize.Shorten(line.Short(), rewrite.MaxPasted)}
		}
		return remedy{words: at + v.contextFix(rule, l, origin.Stage, text)}
	case "ENV", "ARG":
		return remedy{words: at + lowerFirst(strings.ReplaceAll(rule.Fix, "drop the ENV", "drop this ENV"))}
	}
	return remedy{words: at + lowerFirst(rule.Fix)}
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

// contextFix is for what a COPY of the build context brought along.
func (v *view) contextFix(rule finding.Rule, l leak, stage int, text string) string {
	name := v.ignorable(l)
	switch rule.Category {
	case finding.Secret:
		return fmt.Sprintf("revoke it, add %s to .dockerignore, and give it to the step that needs it: RUN --mount=type=secret,id=%s%s …", name, secretID(l), secretTarget(l))
	case finding.Source:
		switch rule.ID {
		case "SD-S003":
			return lowerFirst(rule.Fix)
		case "SD-S004", "SD-S006", "SD-S007", "SD-S009":
			return fmt.Sprintf("add %s to .dockerignore: %q takes that along", v.ignorables(l), sanitize.Shorten(text, 60))
		}
		if s := v.splitFix(stage); s != "" {
			return s
		}
		return fmt.Sprintf("move %q to a build stage, compile there, and COPY --from it only what was built", sanitize.Shorten(text, 60))
	case finding.VCS, finding.Cache:
		return fmt.Sprintf("add %s to .dockerignore: %q takes it along", name, sanitize.Shorten(text, 60))
	case finding.DevDeps:
		return devFix(rule, l, text, "")
	}
	return lowerFirst(rule.Fix)
}

// ignorable is a leak's path as .dockerignore is to have it: in the context where that is
// known, else its name.
func (v *view) ignorable(l leak) string {
	if s, ok := v.source(l); ok && s.Node == model.None && s.Path != "." {
		return s.Path
	}
	return path.Base(l.path)
}

// maxIgnored bounds how many entries for .dockerignore are listed.
const maxIgnored = 5

// ignorables are the entries that .dockerignore is to have for a leak of many files.
func (v *view) ignorables(l leak) string {
	if l.files == nil {
		return v.ignorable(l)
	}
	var out []string
	for _, f := range l.files {
		at := path.Base(f)
		one := l
		one.path = f
		if s, ok := v.source(one); ok && s.Node == model.None {
			at = s.Path
		}
		if p := rewrite.IgnorePattern(at); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return enumerate(out, maxIgnored)
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

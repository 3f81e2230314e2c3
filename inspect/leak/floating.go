package leak

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/leak/rewrite"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// floating reports images that the build starts from, or copies from, whose name means
// another one every day.
func floating(v *view) []leak {
	if v.graph == nil {
		return v.floatingBase()
	}
	var leaks []leak
	plan := v.graph.PlanFor(v.target)
	lineage := v.graph.Lineage(max(0, v.target))
	for _, e := range v.graph.Edges {
		x, ok := v.graph.External(e.From)
		if !ok || x.Kind != model.ExternalImage || !plan.Needs(e.To) || !isFloating(x.Ref) || e.Kind == model.EdgeMount {
			continue
		}
		stage := int(e.To)
		found := leak{
			rule: "SD-H004", layer: -1, name: x.Ref, origin: &image.Origin{Stage: stage, Step: e.Step, Line: e.Line},
			evidence: []string{fmt.Sprintf("line %d takes %s, and %s", e.Line, x.Ref, whyFloating(x.Ref))},
		}
		if e.Kind != model.EdgeBase || !slices.Contains(lineage, stage) {
			found.milder = 1 // nothing of it need be in the image
		}
		word := "FROM "
		if e.Kind != model.EdgeBase {
			word = "--from="
		}
		found.fix = fmt.Sprintf("line %d: %s", e.Line, v.pinned(word, x.Ref, found.milder == 0))
		leaks = append(leaks, found)
	}
	return leaks
}

// floatingBase reports the base that an attestation or an annotation tells of.
func (v *view) floatingBase() []leak {
	name := v.im.Base.Name
	if name == "" || !isFloating(name) || len(v.im.Config.Cmd)+len(v.im.Config.Entrypoint) == 0 {
		return nil
	}
	return []leak{{
		rule: "SD-H004", layer: -1, name: name, origin: &image.Unknown,
		evidence: []string{"the image says that it was built from " + name + ", and " + whyFloating(name)},
		fix:      v.pinned("FROM ", name, true),
	}}
}

// isFloating says whether an image's name has neither a version nor a digest. What
// holds a variable that nobody gave is not known.
func isFloating(ref string) bool {
	if ref == "" || ref == "scratch" || strings.ContainsAny(ref, "@$") {
		return false
	}
	tag := tagOf(ref)
	return tag == "" || tag == "latest"
}

func tagOf(ref string) string {
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		return ref[i+1:]
	}
	return ""
}

func whyFloating(ref string) string {
	if tagOf(ref) == "" {
		return "no tag means latest"
	}
	return "latest is another image after every release"
}

// pinned is what to write in place of a name: with the version that the base's own
// environment tells (official images have GOLANG_VERSION and the like), with the digest
// that is known to have been built from, or in general words.
func (v *view) pinned(word, ref string, isBase bool) string {
	plain := strings.TrimSuffix(ref, ":latest")
	name := strings.ToUpper(strings.ReplaceAll(plain[strings.LastIndexByte(plain, '/')+1:], "-", "_"))
	digest := v.im.Base.Digest
	if isBase && strings.TrimSuffix(v.im.Base.Name, ":latest") != plain {
		digest = ""
	}
	if isBase {
		for _, e := range v.im.Config.Env {
			if version, ok := strings.CutPrefix(e, name+"_VERSION="); ok && version != "" && strings.Trim(version, "0123456789.") == "" {
				return sanitize.Text("write " + word + plain + ":" + version + ", which is what it was built from")
			}
		}
		if strings.HasPrefix(digest, "sha256:") {
			return sanitize.Text("write " + word + plain + ":TAG@" + digest + ", which is what it was built from, with its TAG for people to read")
		}
	}
	return sanitize.Text("name the version, " + word + plain + ":TAG, or the digest, " + word + plain + ":TAG@sha256:…")
}

// unchecked reports what an ADD fetches from a URL without comparing it.
func unchecked(v *view) []leak {
	if v.graph == nil {
		return nil
	}
	var leaks []leak
	plan := v.graph.PlanFor(v.target)
	for i, stage := range v.graph.Stages {
		if !plan.Needs(model.NodeID(i)) {
			continue
		}
		for k, step := range stage.Steps {
			url, ok := uncheckedURL(step)
			if !ok {
				continue
			}
			origin := image.Origin{Stage: i, Step: k, Line: step.Line, EndLine: step.EndLine}
			found := leak{
				rule: "SD-H006", layer: -1, name: sanitize.Shorten(redact.Text(url), rewrite.MaxPasted), origin: &origin,
				evidence: []string{fmt.Sprintf("line %d fetches it, and no --checksum says what it has to be", step.Line)},
			}
			if isGit(url) {
				found.fix = fmt.Sprintf("line %d: name the commit, %s#COMMIT", step.Line, sanitize.Shorten(redact.Text(url), rewrite.MaxPasted))
			} else {
				found.fix = fmt.Sprintf("line %d: %s", step.Line, sanitize.Shorten(strings.Replace(redact.Text(step.Text), "ADD ", "ADD --checksum=sha256:… ", 1), 2*rewrite.MaxPasted))
			}
			found.fix = sanitize.Text(found.fix)
			leaks = append(leaks, found)
		}
	}
	return leaks
}

// uncheckedURL is the first URL that an ADD fetches as it comes.
func uncheckedURL(step model.Step) (string, bool) {
	if step.Command != "ADD" || strings.Contains(step.Text, "--checksum=") {
		return "", false
	}
	words := strings.FieldsFunc(step.Text, func(r rune) bool { return strings.ContainsRune(" \t[],\"'", r) })
	for _, w := range words[min(1, len(words)):] {
		switch {
		case isGit(w):
			if _, ref, ok := strings.Cut(w, "#"); ok {
				commit, _, _ := strings.Cut(ref, ":")
				if len(commit) >= 40 && strings.Trim(commit, "0123456789abcdef") == "" {
					continue
				}
			}
			return w, true
		case strings.HasPrefix(w, "http://"), strings.HasPrefix(w, "https://"):
			return w, true
		}
	}
	return "", false
}

// isGit says whether an ADD takes a text for a Git repository (Dockerfile reference,
// "Adding files from a Git repository").
func isGit(w string) bool {
	if strings.HasPrefix(w, "git://") || strings.HasPrefix(w, "git@") || strings.HasPrefix(w, "ssh://") {
		return true
	}
	url, _, _ := strings.Cut(w, "#")
	return (strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")) && strings.HasSuffix(url, ".git")
}

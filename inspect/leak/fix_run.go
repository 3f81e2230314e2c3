package leak

import (
	"fmt"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/leak/rewrite"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/sanitize"
)

// runFix is for what a RUN left behind.
func (v *view) runFix(rule finding.Rule, l leak, stage int, text string) string {
	switch rule.Category {
	case finding.Cache:
		switch rule.ID {
		case "SD-C001", "SD-C003":
			return lowerFirst(rule.Fix)
		case "SD-C002":
			return "call apk add --no-cache in place of apk add"
		}
		if maker.Quote(l.path) != l.path {
			return "mount a cache on that directory (--mount=type=cache)" + v.alsoOn(l)
		}
		return rewrite.WithMount(text, "--mount=type=cache,target="+l.path) + v.alsoOn(l)
	case finding.VCS:
		return fmt.Sprintf("end this RUN with && rm -rf %s, in the same instruction", maker.Quote(l.path))
	case finding.Secret:
		mount := "--mount=type=secret,id=" + secretID(l) + secretTarget(l)
		if l.path != "" && strings.Contains(text, path.Base(l.path)) { // it writes the file: a mount would only be in its way
			return fmt.Sprintf("revoke it, write no such file here, and lend it to the step that needs it: RUN %s …, built with --secret id=%s,src=FILE", mount, secretID(l))
		}
		if strings.Contains(text, redact.Mark) { // what stands here is the value itself
			return fmt.Sprintf("revoke it, lend it to the step (RUN %s …), and write $%s where the value is", mount, secretID(l))
		}
		return "revoke it, then " + rewrite.WithMount(text, mount)
	case finding.Toolchain, finding.DevDeps, finding.Source:
		if rule.ID == "SD-T007" || rule.Category == finding.DevDeps {
			if fixed, ok := rewrite.OmitDev(rule.ID, text); ok {
				return fixed
			}
		}
		if s := v.splitFix(stage); s != "" && rule.Category != finding.DevDeps {
			return s
		}
		return fmt.Sprintf("move %q to a build stage, and COPY --from it only what was built", sanitize.Shorten(text, 60))
	}
	return lowerFirst(rule.Fix)
}

// secretID names the secret for --mount=type=secret.
func secretID(l leak) string {
	if _, variable, ok := strings.Cut(l.name, "ENV "); ok {
		return variable
	}
	if l.path == "" {
		return "NAME"
	}
	name := strings.TrimPrefix(path.Base(l.path), ".")
	if maker.Quote(name) != name || strings.Contains(name, ",") {
		return "NAME"
	}
	return name
}

// secretTarget says where the mount is to appear.
func secretTarget(l leak) string {
	if l.path == "" {
		return ",env=" + secretID(l)
	}
	if maker.Quote(l.path) != l.path {
		return ",target=PATH"
	}
	return ",target=" + l.path
}

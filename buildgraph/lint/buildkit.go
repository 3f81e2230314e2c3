package lint

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/patternmatcher"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/sanitize"
)

// prefix is that of the IDs of BuildKit's rules.
const prefix = "BK-"

// known is a rule of BuildKit's linter with what its package does not say.
type known struct {
	name, about, url string
	severity         finding.Severity
	fix              string
}

func of[F any](r linter.LinterRule[F], severity finding.Severity, fix string) known {
	return known{r.Name, r.Description, r.URL, severity, fix}
}

// linterRules are those of BuildKit 0.33.1 (frontend/dockerfile/linter); a test compares.
func linterRules() []known {
	return []known{
		of(linter.RuleStageNameCasing, finding.Info, "Write the stage's name in lower case."),
		of(linter.RuleFromAsCasing, finding.Info, "Write AS as FROM is written."),
		of(linter.RuleNoEmptyContinuation, finding.Low, "Remove the empty line, or put a comment there."),
		of(linter.RuleConsistentInstructionCasing, finding.Info, "Write all keywords in upper case."),
		of(linter.RuleDuplicateStageName, finding.Medium, "Give one of the stages another name."),
		of(linter.RuleReservedStageName, finding.Medium, "Give the stage another name."),
		of(linter.RuleJSONArgsRecommended, finding.Low, `Write the command as a list: ["program", "argument"].`),
		of(linter.RuleMaintainerDeprecated, finding.Info, `Write LABEL org.opencontainers.image.authors="…".`),
		of(linter.RuleUndefinedArgInFrom, finding.Medium, "Declare the ARG above the first FROM."),
		of(linter.RuleWorkdirRelativePath, finding.Low, "Write the whole path, from / on."),
		of(linter.RuleUndefinedVar, finding.Low, "Declare it with ARG or ENV in this stage, or correct its name."),
		of(linter.RuleMultipleInstructionsDisallowed, finding.Low, "Remove all but the last one."),
		of(linter.RuleLegacyKeyValueFormat, finding.Info, "Write NAME=value."),
		of(linter.RuleInvalidBaseImagePlatform, finding.Medium, "Use a base that has the platform, or another --platform."),
		of(linter.RuleRedundantTargetPlatform, finding.Info, "Leave --platform=$TARGETPLATFORM out: it is the default."),
		of(linter.RuleSecretsUsedInArgOrEnv, finding.Medium, "Pass it with RUN --mount=type=secret, where nothing keeps it."),
		of(linter.RuleInvalidDefaultArgInFrom, finding.Low, "Give the ARG a default that makes the image's name valid."),
		of(linter.RuleFromPlatformFlagConstDisallowed, finding.Info, "Leave --platform out, or use $BUILDPLATFORM."),
		of(linter.RuleCopyIgnoredFile, finding.Medium, "Let .dockerignore let the file through, or leave it out here."),
		of(linter.RuleInvalidDefinitionDescription, finding.Info, "Begin the comment with the name of the stage or argument, or put an empty line below it."),
		of(linter.RuleExposeProtoCasing, finding.Info, "Write the protocol in lower case."),
		of(linter.RuleExposeInvalidFormat, finding.Low, "Name the container's port only: where it is published is said when it runs."),
	}
}

func buildkitRules() []finding.Rule {
	var out []finding.Rule
	for _, k := range linterRules() {
		out = append(out, k.rule())
	}
	return out
}

func buildkitRule(name string) (finding.Rule, bool) {
	for _, k := range linterRules() {
		if k.name == name {
			return k.rule(), true
		}
	}
	return finding.Rule{}, false
}

func (k known) rule() finding.Rule {
	about, _, _ := strings.Cut(strings.ReplaceAll(k.about, "`", ""), ". ")
	return finding.Rule{
		ID: prefix + k.name, Title: about, Category: finding.Build, Severity: k.severity,
		Why: about + ".", Fix: k.fix,
		More: "A rule of BuildKit's own linter, run by the linter itself: " + k.url + "\n\nEvidence: BuildKit objects to the line, as it does at the end of a build.",
	}
}

// buildkit are the linter's objections, which reading the file has brought to light, and
// those that only the build context shows.
func buildkit(in Input) []finding.Finding {
	var out []finding.Finding
	for _, p := range in.Detail.Graph.Problems {
		if p.Rule != "" && p.Level == model.LevelWarning {
			out = append(out, objection(in.Detail.Graph, p.Rule, strings.TrimPrefix(p.Message, p.Rule+": "), p.Stage, p.Line))
		}
	}
	return append(out, ignored(in)...)
}

func objection(g *model.Graph, name, message string, stage, line int) finding.Finding {
	r, ok := buildkitRule(name)
	if !ok { // of a newer linter
		r = finding.Rule{ID: prefix + name, Category: finding.Build, Severity: finding.Low, Why: message}
	}
	return finding.Finding{
		Rule: r.ID, Title: sanitize.Text(message), Category: r.Category, Severity: r.Severity,
		Layer: -1, Stage: stage, Line: line, Name: instruction(g, stage, line), Evidence: []string{"BuildKit's linter objects"}, Why: r.Why, Fix: r.Fix,
	}
}

// Heard adds what an engine's linter objects to beside what is known already: one of
// another version may say more.
func Heard(g *model.Graph, known []finding.Finding, said []model.Problem) []finding.Finding {
	out := slices.Clone(known)
	for _, p := range said {
		if !slices.ContainsFunc(known, func(f finding.Finding) bool { return tells(f, p) }) {
			out = append(out, objection(g, p.Rule, strings.TrimPrefix(p.Message, p.Rule+": "), p.Stage, p.Line))
		}
	}
	slices.SortStableFunc(out, byLine)
	return out
}

// tells says whether a finding is of what the linter objects to.
func tells(f finding.Finding, p model.Problem) bool {
	return f.Line == p.Line && (f.Rule == prefix+p.Rule || f.Rule == "SD-B005" && p.Rule == linter.RuleSecretsUsedInArgOrEnv.Name)
}

// instruction is the one on a line, in short; "" where there is none.
func instruction(g *model.Graph, stage, line int) string {
	if !g.IsStage(model.NodeID(stage)) {
		return ""
	}
	for _, s := range g.Stages[stage].Steps {
		if s.Line == line && !s.OnBuild {
			return sanitize.Text(sanitize.Shorten(strings.Join(strings.Fields(g.Short(s)), " "), 72))
		}
	}
	return ""
}

// ignored are sources of COPY and ADD that .dockerignore keeps out
// (dockerfile2llb.validateCopySourcePath).
func ignored(in Input) []finding.Finding {
	if in.Context == nil || len(in.Context.Ignore.Patterns) == 0 {
		return nil
	}
	m, err := patternmatcher.New(in.Context.Ignore.Patterns)
	if err != nil || m.Exclusions() {
		return nil // as BuildKit: a file in an ignored directory may be let through
	}
	var out []finding.Finding
	for i, stage := range in.Detail.Stages {
		for j, ins := range stage {
			s := newStep(in.Detail.Graph.Stages[i].Steps[j], i, ins)
			t, ok := s.transfer()
			if !ok || t.from != "" || s.OnBuild || ins.Skips(linter.RuleCopyIgnoredFile.Name) {
				continue
			}
			for _, src := range t.sources {
				name := path.Clean(src)
				if name == "." || name == "/" || remote(src) {
					continue
				}
				if hit, err := m.MatchesOrParentMatches(name); err == nil && hit {
					msg := linter.RuleCopyIgnoredFile.Format(s.Command[:1]+strings.ToLower(s.Command[1:]), name)
					out = append(out, objection(in.Detail.Graph, linter.RuleCopyIgnoredFile.Name, msg, i, s.Line))
				}
			}
		}
	}
	return out
}

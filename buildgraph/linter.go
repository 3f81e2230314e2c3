package buildgraph

import (
	"runtime"
	"slices"
	"strings"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/buildkit/util/suggest"
	"github.com/moby/buildkit/util/system"

	"github.com/stagedive/stagedive/model"
)

// setLinter makes BuildKit's linter, set by "# check=" or the build argument
// that overrides it, report into the graph.
// Its rules are run where dockerfile2llb runs them. Left out are those that look
// at an image (InvalidBaseImagePlatform) or the build context (CopyIgnoredFile).
func (b *builder) setLinter(src []byte) {
	value, _, at, _ := parser.ParseDirective("check", src)
	if v, ok := b.opts.BuildArgs["BUILDKIT_DOCKERFILE_CHECK"]; ok {
		value, at = v, nil
	}
	config, err := linter.ParseLintOptions(value)
	if err != nil {
		b.refuse(spanOf(at), "failed to parse check options: "+err.Error())
		config = &linter.Config{}
	}
	config.Warn = func(rule, _, _, msg string, location []parser.Range) {
		at := spanOf(location)
		b.violated[b.lintAt] = append(b.violated[b.lintAt], rule)
		b.report(model.Problem{
			Level: model.LevelWarning, Line: at.start, EndLine: at.end, Stage: b.lintAt,
			Message: linter.LintFormatShort(rule, msg, 0), Rule: rule,
		})
	}
	b.lint = linter.New(config)
}

// failOnWarnings refuses the build where "# check=error=true" asks for that:
// for every target when the file as a whole is at fault, else for those that
// need the stage.
func (b *builder) failOnWarnings(src []byte) {
	if !b.lint.ReturnAsError {
		return
	}
	_, _, at, _ := parser.ParseDirective("check", src)
	message := func(rules []string) string {
		slices.Sort(rules)
		return "lint violation found for rules: " + strings.Join(slices.Compact(rules), ", ")
	}
	if rules := b.violated[-1]; len(rules) > 0 {
		b.refuseIn(-1, spanOf(at), message(rules))
		return
	}
	for i := range b.stages {
		if rules := b.violated[i]; len(rules) > 0 {
			b.fail(i, spanOf(at), message(rules))
		}
	}
}

func (b *builder) emptyContinuations(doc document) {
	for _, w := range doc.warnings {
		if w.URL == linter.RuleNoEmptyContinuation.URL {
			b.lint.Run(&linter.RuleNoEmptyContinuation, []parser.Range{*w.Location}, linter.RuleNoEmptyContinuation.Format())
		}
	}
}

// lintFile runs the rules over all stages at once.
func (b *builder) lintFile() {
	seen := map[string]bool{}
	for _, s := range b.stages {
		name, at := s.from.Name, s.from.Location
		if name == "" {
			continue
		}
		if name == "context" || name == scratch {
			b.lint.Run(&linter.RuleReservedStageName, at, linter.RuleReservedStageName.Format(name))
		}
		if seen[name] {
			b.lint.Run(&linter.RuleDuplicateStageName, at, linter.RuleDuplicateStageName.Format(name))
		}
		seen[name] = true
	}
	b.lintCasing()
}

// lintCasing wants every keyword in the case that most are in.
func (b *builder) lintCasing() {
	lower, upper := 0, 0
	count := func(s string) {
		switch s {
		case strings.ToLower(s):
			lower++
		case strings.ToUpper(s):
			upper++
		}
	}
	for _, s := range b.stages {
		count(s.from.OrigCmd)
		for _, c := range s.commands {
			if c.ic != nil {
				count(c.ic.Name())
			}
		}
	}
	check := func(name string, at []parser.Range) {
		want := ""
		switch {
		case lower > upper && strings.ToLower(name) != name:
			want = "lowercase"
		case lower <= upper && strings.ToUpper(name) != name:
			want = "uppercase"
		default:
			return
		}
		b.lint.Run(&linter.RuleConsistentInstructionCasing, at, linter.RuleConsistentInstructionCasing.Format(name, want))
	}
	for _, s := range b.stages {
		check(s.from.OrigCmd, s.from.Location)
		for _, c := range s.commands {
			if c.ic != nil {
				check(c.ic.Name(), c.ic.Location())
			}
		}
	}
}

// lintDefaultBases wants every base to be an image reference even without a
// --build-arg.
func (b *builder) lintDefaultBases() {
	defaults := newEnv(b.platformArgs())
	for _, c := range b.metaArgs {
		for _, kv := range c.Args {
			if kv.Value == nil {
				continue
			}
			res, _, err := b.words.word(*kv.Value, defaults)
			if err != nil {
				return
			}
			defaults.set(kv.Key, res.Result)
		}
	}
	for _, s := range b.stages {
		if s.broken {
			continue
		}
		res, _, err := b.words.word(s.from.BaseName, defaults)
		if err != nil {
			return
		}
		if _, err := reference.ParseNormalizedNamed(res.Result); err != nil {
			b.lint.Run(&linter.RuleInvalidDefaultArgInFrom, s.from.Location, linter.RuleInvalidDefaultArgInFrom.Format(s.from.BaseName))
		}
	}
}

func (b *builder) lintUnusedFromArgs(unmatched map[string]struct{}, from *instructions.Stage, lint *linter.Linter) {
	for name := range unmatched {
		if _, ok := b.globals.Get(name); ok || b.declared[name] {
			continue
		}
		known := b.globals.Keys()
		for k := range b.declared {
			known = append(known, k)
		}
		like, _ := suggest.Search(name, known, true)
		lint.Run(&linter.RuleUndefinedArgInFrom, from.Location, linter.RuleUndefinedArgInFrom.Format(name, like))
	}
}

// lintPlatform objects to --platform=$TARGETPLATFORM, which says nothing, and
// to a constant that the stage's name does not own up to.
func (b *builder) lintPlatform(res shell.ProcessWordResult, from *instructions.Stage, lint *linter.Linter) {
	b.lintUnusedFromArgs(res.Unmatched, from, lint)
	if len(res.Matched) == 1 && len(res.Unmatched) == 0 {
		if _, ok := res.Matched["TARGETPLATFORM"]; ok {
			if v, _ := b.globals.Get("TARGETPLATFORM"); v == res.Result {
				lint.Run(&linter.RuleRedundantTargetPlatform, from.Location, linter.RuleRedundantTargetPlatform.Format(from.Platform))
			}
		}
	}
	if len(res.Matched) > 0 || len(res.Unmatched) > 0 {
		return
	}
	p, err := platforms.Parse(res.Result)
	if err != nil || strings.Contains(from.Name, p.OS) || strings.Contains(from.Name, p.Architecture) {
		return
	}
	lint.Run(&linter.RuleFromPlatformFlagConstDisallowed, from.Location, linter.RuleFromPlatformFlagConstDisallowed.Format(res.Result))
}

// lintUnmatched objects to variables that nothing sets, where that is known.
func (r *run) lintUnmatched(unmatched map[string]struct{}) {
	if len(unmatched) == 0 || r.st.scope.open {
		return
	}
	names := make([]string, 0, len(unmatched))
	for name := range unmatched {
		names = append(names, name)
	}
	slices.Sort(names)
	for a := r.st.scope.args; a != nil; a = a.next {
		names = slices.DeleteFunc(names, func(n string) bool { return n == a.name })
	}
	for _, name := range names {
		if name == "BUILDKIT_SBOM_SCAN_CONTEXT" || name == "BUILDKIT_SBOM_SCAN_STAGE" {
			continue
		}
		like, _ := suggest.Search(name, r.st.scope.env.Keys(), runtime.GOOS != "windows")
		r.lint.Run(&linter.RuleUndefinedVar, r.cmd.ic.Location(), linter.RuleUndefinedVar.Format(name, like))
	}
}

func (r *run) lintEnv(c *instructions.EnvCommand) {
	for _, kv := range c.Env {
		r.lintDelimiter(c, kv)
		r.lintSecretKey("ENV", kv.Key)
	}
}

func (r *run) lintLabel(c *instructions.LabelCommand) {
	for _, kv := range c.Labels {
		r.lintDelimiter(c, kv)
	}
}

func (r *run) lintDelimiter(c instructions.Command, kv instructions.KeyValuePair) {
	if kv.NoDelim {
		r.lint.Run(&linter.RuleLegacyKeyValueFormat, c.Location(), linter.RuleLegacyKeyValueFormat.Format(c.Name()))
	}
}

// lintSecretKey objects to variables named like secrets: one of the words
// between underscores says so and none takes it back.
func (r *run) lintSecretKey(instruction, key string) {
	secret := false
	for w := range strings.SplitSeq(strings.ToLower(key), "_") {
		switch w {
		case "public", "file", "version":
			return
		case "apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token":
			secret = true
		}
	}
	if secret {
		r.lint.Run(&linter.RuleSecretsUsedInArgOrEnv, r.cmd.ic.Location(), linter.RuleSecretsUsedInArgOrEnv.Format(instruction, key))
	}
}

// lintShellForm wants CMD and ENTRYPOINT as JSON, unless a shell was chosen; an
// image may have chosen one.
func (r *run) lintShellForm(c instructions.Command, shellForm bool) {
	if shellForm && !r.st.scope.shell && !r.st.scope.open {
		r.lint.Run(&linter.RuleJSONArgsRecommended, c.Location(), linter.RuleJSONArgsRecommended.Format(c.Name()))
	}
}

// lintOnce objects to the earlier of two CMDs, ENTRYPOINTs or HEALTHCHECKs: it
// is the one that has no effect.
func (r *run) lintOnce(c instructions.Command, earlier *[]parser.Range) {
	if *earlier != nil {
		r.lint.Run(&linter.RuleMultipleInstructionsDisallowed, *earlier, linter.RuleMultipleInstructionsDisallowed.Format(c.Name()))
	}
	*earlier = c.Location()
}

func (r *run) lintWorkdir(c *instructions.WorkdirCommand) {
	sc := &r.st.scope
	if !sc.dirSet && !r.guess && !system.IsAbs(c.Path, sc.os) {
		r.lint.Run(&linter.RuleWorkdirRelativePath, c.Location(), linter.RuleWorkdirRelativePath.Format(c.Path))
	}
}

package lint

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/model/secretname"
)

// secrets is SD-B005.
func (c *checker) secrets() {
	for _, s := range c.all() {
		if s.OnBuild || s.ins.Skips(linter.RuleSecretsUsedInArgOrEnv.Name) {
			continue
		}
		switch ins := s.ins.Command.(type) {
		case *instructions.EnvCommand:
			for _, kv := range ins.Env {
				c.value(s, "ENV", kv.Key, kv.Value)
			}
		case *instructions.ArgCommand:
			for _, kv := range ins.Args {
				if kv.Value != nil {
					c.value(s, "ARG", kv.Key, *kv.Value)
				}
			}
		case *instructions.LabelCommand:
			for _, kv := range ins.Labels {
				c.value(s, "LABEL", kv.Key, kv.Value)
			}
		case *instructions.RunCommand:
			if _, _, ok := secretname.URLPassword(s.text()); ok {
				c.secret(s, "a URL with a password", "a URL with a password in it, on the command line", finding.High)
			}
		}
	}
	c.globalSecrets()
}

// value judges a variable that an instruction sets.
func (c *checker) value(s step, keyword, name, value string) {
	if from, to, ok := secretname.URLPassword(value); ok {
		switch password, host := value[from:to], strings.TrimLeft(value[to:], "@"); {
		case strings.HasPrefix(host, "localhost"), strings.HasPrefix(host, "127.0.0.1"):
		case random(password):
			c.secret(s, keyword+" "+name, "a URL with a password in it", finding.High)
		default:
			c.secret(s, keyword+" "+name, "a URL with a password in it that looks like a default for trying out", finding.Medium)
		}
		return
	}
	if !secretname.Is(name) || secretname.Placeholder(value) || strings.Contains(value, "$") || strings.Contains(s.Text, "$"+name) || fromVariable(s, name) {
		return
	}
	severity, what := finding.Medium, "a value that looks like a default for trying out"
	if random(value) {
		severity, what = finding.High, fmt.Sprintf("a value of %d characters", len(value))
	}
	c.secret(s, keyword+" "+name, what, severity)
}

// fromVariable says that a value is another variable's, which expanding it has hidden.
func fromVariable(s step, name string) bool {
	_, rest, ok := strings.Cut(s.Text, name)
	if !ok {
		return false
	}
	rest = strings.TrimLeft(rest, "= \"'")
	return strings.HasPrefix(rest, "$")
}

// random says that a value is nothing that people would think of.
func random(v string) bool {
	var digits, upper, lower int
	for _, r := range v {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return len(v) >= 12 && digits > 1 && (upper > 0 || lower > 0)
}

func (c *checker) secret(s step, name, what string, severity finding.Severity) {
	f := finding.Finding{Severity: severity, Name: sanitize.Text(name), Evidence: []string{what + " (not shown)"}}
	f.Fix = fmt.Sprintf("Take it out of line %d, and have it replaced where it was valid.", s.Line)
	if keyword, key, ok := strings.Cut(name, " "); ok && keyword != "LABEL" && secretname.Is(key) {
		f.Fix += fmt.Sprintf(" A RUN gets the new one with --mount=type=secret,id=%s,env=%s", strings.ToLower(key), key)
	}
	c.add(s, "SD-B005", "Secret in "+name, f)
}

// globalSecrets are those of ARGs above the first FROM, which are steps of no stage.
func (c *checker) globalSecrets() {
	if c.in.Detail.Skips("SD-B005") || c.in.Detail.Skips(linter.RuleSecretsUsedInArgOrEnv.Name) {
		return
	}
	r, _ := Rule("SD-B005")
	for _, a := range c.g.Args {
		if !secretname.Is(a.Name) || secretname.Placeholder(a.Default) || strings.Contains(a.Default, "$") {
			continue
		}
		severity := finding.Medium
		if random(a.Default) {
			severity = finding.High
		}
		c.out = append(c.out, finding.Finding{
			Rule: r.ID, Title: "Secret in ARG " + a.Name, Name: "ARG " + a.Name, Category: r.Category, Severity: severity,
			Layer: -1, Stage: -1, Line: a.Line, Evidence: []string{fmt.Sprintf("a value of %d characters (not shown)", len(a.Default))},
			Why: r.Why, Fix: r.Fix,
		})
	}
}

// merge puts the linter's findings beside ours: where both speak of the same secret, ours
// stays, which knows more; and of a secret's name alone it tells how to pass it.
func (c *checker) merge(bk []finding.Finding) []finding.Finding {
	for _, f := range bk {
		if f.Rule == prefix+linter.RuleSecretsUsedInArgOrEnv.Name {
			key := quoted(f.Title)
			if slices.ContainsFunc(c.out, func(o finding.Finding) bool {
				return o.Rule == "SD-B005" && o.Line == f.Line && strings.HasSuffix(o.Name, " "+key)
			}) {
				continue
			}
			if key != "" {
				f.Title = sanitize.Text("Named like a secret: " + keywordOf(f.Title) + " " + key)
			}
			if mount := c.mountOf(f, key); mount != "" {
				f.Fix = mount
			}
		}
		c.out = append(c.out, f)
	}
	return c.out
}

// quoted is what stands in double quotes in a text.
func quoted(text string) string {
	_, rest, _ := strings.Cut(text, `"`)
	key, _, _ := strings.Cut(rest, `"`)
	return key
}

// keywordOf is the instruction that the linter's sentence about a secret names.
func keywordOf(title string) string {
	_, rest, _ := strings.Cut(title, "(")
	word, _, _ := strings.Cut(rest, " ")
	return word
}

// mountOf names the RUN that uses a secret variable, and how it gets the secret instead.
func (c *checker) mountOf(f finding.Finding, key string) string {
	if f.Stage < 0 || key == "" {
		return ""
	}
	for _, s := range c.stages[f.Stage] {
		if s.Command == "RUN" && s.Line > f.Line && (s.mentions("$"+key) || s.mentions("${"+key)) {
			return sanitize.Text(fmt.Sprintf("Remove line %d, and write on line %d: RUN --mount=type=secret,id=%s,env=%s …, with --secret id=%s,env=%s on the command line",
				f.Line, s.Line, strings.ToLower(key), key, strings.ToLower(key), key))
		}
	}
	return ""
}

// secretFiles are the names under which files with secrets lie, and what their content
// must hold to be reported.
func secretFile(name string, text []byte) string {
	base := name[strings.LastIndexByte(name, '/')+1:]
	content := string(text)
	assigned := func(sep string) bool {
		for line := range strings.Lines(content) {
			key, value, ok := strings.Cut(strings.TrimSpace(line), sep)
			if ok && !strings.HasPrefix(key, "#") && secretname.Is(strings.TrimPrefix(strings.TrimSpace(key), "export ")) && !secretname.Placeholder(value) {
				return true
			}
		}
		return false
	}
	switch {
	case strings.Contains(base, "example") || strings.Contains(base, "sample") || strings.Contains(base, "template") || strings.Contains(name, "test") || strings.Contains(name, "fixture"):
		return ""
	case strings.HasPrefix(base, "id_") && !strings.HasSuffix(base, ".pub"), strings.HasSuffix(base, ".pem"), strings.HasSuffix(base, ".key"):
		if strings.Contains(content, "PRIVATE KEY-----") {
			return "a private key"
		}
	case base == ".env", strings.HasPrefix(base, ".env."):
		if assigned("=") {
			return "a variable with a secret"
		}
	case base == ".npmrc", base == ".yarnrc", base == ".pypirc":
		for line := range strings.Lines(content) {
			key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
			for _, secret := range []string{"_authToken", "_auth", "_password", "password"} {
				if ok && strings.HasSuffix(strings.TrimSpace(key), secret) && !secretname.Placeholder(value) {
					return "a registry's token or password"
				}
			}
		}
	case base == ".netrc", base == ".git-credentials":
		if _, _, ok := secretname.URLPassword(content); ok || strings.Contains(content, "password ") {
			return "a password"
		}
	case base == "credentials" && strings.Contains(name, ".aws/"):
		if strings.Contains(content, "aws_secret_access_key") {
			return "an AWS key"
		}
	}
	return ""
}

// secretFiles is SD-B011.
func (c *checker) secretFiles(takes map[int][]take) {
	for stage, list := range takes {
		for _, t := range list {
			var names []string
			var evidence []string
			for _, f := range t.files {
				text, ok := c.in.Context.Read(f.Path)
				if !ok || !suspicious(f.Path) {
					continue
				}
				if what := secretFile(f.Path, text); what != "" {
					names = append(names, sanitize.Text(f.Path))
					evidence = append(evidence, sanitize.Text(f.Path)+" holds "+what+" (not shown)")
				}
			}
			if len(names) == 0 {
				continue
			}
			f := rate()
			if !c.ships(stage) {
				f.Severity = finding.Medium
			}
			f.Evidence = evidence[:min(len(evidence), 5)]
			f.Fix = "Add to .dockerignore: " + strings.Join(names[:min(len(names), 5)], " ") + "; a step that needs it gets it with RUN --mount=type=secret"
			c.add(t.step, "SD-B011", fmt.Sprintf("%s takes %s", t.step.Command, strings.Join(names[:min(len(names), 3)], ", ")), f)
		}
	}
}

// suspicious says whether a file is worth opening.
func suspicious(name string) bool {
	base := name[strings.LastIndexByte(name, '/')+1:]
	return strings.HasPrefix(base, "id_") || strings.HasSuffix(base, ".pem") || strings.HasSuffix(base, ".key") || strings.HasPrefix(base, ".env") ||
		slices.Contains([]string{".npmrc", ".yarnrc", ".pypirc", ".netrc", ".git-credentials", "credentials"}, base)
}

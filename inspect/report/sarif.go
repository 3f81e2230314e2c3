package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/stagedive/stagedive/inspect/report/markdown"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// mostResults is how many results GitHub's code scanning takes of one run.
const mostResults = 25_000

// SARIF writes the report for code scanners, as SARIF 2.1.0 (OASIS) in the form that
// GitHub's code scanning asks for: lines in the Dockerfile, paths relative to the
// repository, fingerprints that stay while lines move. What a policy allows is there,
// suppressed, with its reason.
func SARIF(w io.Writer, r Report) error { return r.sarif(w, r.sorted()) }

// GitHub writes the same without what a policy allows: GitHub takes no notice of
// suppressions and would show it as open alerts.
func GitHub(w io.Writer, r Report) error {
	return r.sarif(w, slices.DeleteFunc(r.sorted(), func(f finding.Finding) bool { return f.Allowed != nil }))
}

func (r Report) sarif(w io.Writer, list []finding.Finding) error {
	run := sarifRun{
		ColumnKind: "utf16CodeUnits",
		URIBases:   map[string]sarifBase{"%SRCROOT%": {Description: sarifText{"The root of the repository."}}},
		Results:    []sarifResult{},
		Properties: sarifRunProperties{
			Image: r.Image.Ref, Digest: r.Image.Digest, Platform: r.Image.Platform, Size: r.Image.Size(), Layers: len(r.Image.Layers), Verdict: r.Verdict(),
		},
	}
	run.Tool.Driver = sarifDriver{Name: "stagedive", InformationURI: "https://github.com/stagedive/stagedive"}
	call := sarifInvocation{Successful: true}
	if len(r.Image.Unread()) > 0 {
		call.Notifications = append(call.Notifications, sarifNotification{"warning", sarifText{r.Image.UnreadInWords() + " could not be read: what is in it is not known"}})
	}
	if g := r.Gate; g != nil {
		run.Tool.Driver.Version = g.Version
		run.Automation = &sarifAutomation{ID: strings.Join(slices.DeleteFunc([]string{"stagedive", g.Dockerfile, g.Target}, func(s string) bool { return s == "" }), "/") + "/"}
	}
	for _, n := range r.policyNotes() {
		call.Notifications = append(call.Notifications, sarifNotification{"warning", sarifText{n}})
	}
	if left := len(list) - mostResults; left > 0 {
		list = list[:mostResults]
		call.Notifications = append(call.Notifications, sarifNotification{"warning", sarifText{measure.Count(left) + " more findings are left out, the mildest"}})
	}
	run.Invocations = []sarifInvocation{call}

	rules := r.used(list)
	run.Tool.Driver.Rules = make([]sarifRule, len(rules))
	for i, rule := range rules {
		run.Tool.Driver.Rules[i] = r.sarifRule(rule, list)
	}
	seen := map[string]int{}
	for _, f := range list {
		index := slices.IndexFunc(rules, func(rule finding.Rule) bool { return rule.ID == f.Rule })
		print := r.fingerprint(f)
		seen[print]++
		run.Results = append(run.Results, r.sarifResult(f, index, fmt.Sprintf("%s:%d", print, seen[print])))
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if _, err := w.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// sarifLevels are SARIF's words for severities.
var sarifLevels = [...]string{finding.Info: "note", finding.Low: "note", finding.Medium: "warning", finding.High: "error", finding.Critical: "error"}

// sarifScores are numbers that GitHub's code scanning reads as the same severities.
var sarifScores = [...]string{finding.Info: "0.1", finding.Low: "3.0", finding.Medium: "5.5", finding.High: "8.0", finding.Critical: "9.5"}

// sarifRule is a rule as code scanners show it. They know one severity for all results of
// a rule: that of the worst one here.
func (r Report) sarifRule(rule finding.Rule, list []finding.Finding) sarifRule {
	worst, found := finding.Info, false
	for _, f := range list {
		if f.Rule == rule.ID && f.Allowed == nil {
			worst, found = max(worst, f.Severity), true
		}
	}
	if !found {
		worst = rule.Severity
	}
	help := []string{rule.Why, rule.Fix}
	if rule.More != "" {
		help = append(help, rule.More)
	}
	text := "**Why:** " + markdown.Plain(rule.Why) + "\n\n**Fix:** " + markdown.Plain(rule.Fix)
	for para := range strings.SplitSeq(rule.More, "\n\n") {
		if para != "" {
			text += "\n\n" + markdown.Plain(one(para))
		}
	}
	return sarifRule{
		ID: rule.ID, Name: pascal(rule.Title), Short: sarifText{sanitize.Shorten(rule.Title, 1024)}, Full: sarifText{sanitize.Shorten(rule.Why, 1024)},
		Help: sarifMessage{strings.Join(help, "\n\n"), text}, Config: sarifConfig{sarifLevels[worst]},
		Properties: sarifRuleProperties{[]string{"security", "container", string(rule.Category)}, "high", sarifScores[worst]},
	}
}

// pascal makes a name of a title: "Go toolchain" becomes GoToolchain.
func pascal(title string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(title, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return sanitize.Shorten(b.String(), 255)
}

func (r Report) sarifResult(f finding.Finding, index int, print string) sarifResult {
	res := sarifResult{
		RuleID: f.Rule, RuleIndex: index, Level: sarifLevels[min(f.Severity, finding.Critical)], Message: sarifText{r.sentence(f)},
		Locations: []sarifLocation{r.sarifLocation(f)}, Fingerprints: map[string]string{"primaryLocationLineHash": print},
		Properties: sarifResultProperties{Severity: f.Severity, Size: f.Size, Files: f.Files, Base: f.Base},
	}
	if f.Layer >= 0 {
		layer := f.Layer
		res.Properties.Layer = &layer
	}
	if c, ok := r.change(f); ok {
		res.Fixes = []sarifFix{{sarifText{sanitize.Shorten(one(f.Fix), 1000)}, []sarifChange{c}}}
	}
	if a := f.Allowed; a != nil {
		s := sarifSuppression{Kind: "external", Status: "accepted", Justification: a.Reason}
		if a.Until != "" {
			s.Justification += " (until " + a.Until + ")"
		}
		if line, err := strconv.Atoi(a.Policy[strings.LastIndexByte(a.Policy, ':')+1:]); err == nil && line > 0 && r.Gate != nil && r.Gate.Policy != "" {
			s.Location = &sarifLocation{Physical: sarifPhysical{sarifFile(r.Gate.Policy), sarifRegion{line, 1, line, 1}}}
		}
		res.Suppressions = []sarifSuppression{s}
	}
	return res
}

// change is what to write in the Dockerfile; ok is false where no text alone mends it.
func (r Report) change(f finding.Finding) (c sarifChange, ok bool) {
	if f.Instead == "" || r.Gate == nil || r.Gate.Dockerfile == "" || r.Graph == nil || f.Line < 1 || f.EndLine < f.Line || f.EndLine > len(r.Graph.Lines) {
		return sarifChange{}, false
	}
	reg := r.region(f.EndLine)
	reg.StartLine, reg.StartColumn = f.Line, 1
	return sarifChange{sarifFile(r.Gate.Dockerfile), []sarifReplacement{{reg, sarifText{f.Instead}}}}, true
}

// sentence tells of a finding in plain text, the most important first. SARIF would take
// ]( for the middle of a link.
func (r Report) sentence(f finding.Finding) string {
	what := f.Title + strings.Replace(note(f), "  ", " ", 1) + ": " + f.Subject()
	if f.Size > 0 {
		what += ", " + r.Show.size(f.Size)
	}
	if f.Files > 1 {
		what += " in " + measure.Plural(f.Files, "file")
	}
	parts := []string{what + ".", "Where: " + r.whereabouts(f) + "."}
	if f.From != "" {
		parts = append(parts, "From: "+f.From+".")
	}
	if len(f.Evidence) > 0 {
		parts = append(parts, "Seen: "+strings.Join(f.Evidence, "; ")+".")
	}
	parts = append(parts, f.Why)
	if f.Fix != "" {
		parts = append(parts, "Fix: "+f.Fix)
	}
	return strings.ReplaceAll(strings.Join(parts, "\n"), "](", "] (")
}

// sarifLocation is the line that brought it: that of its instruction, of the FROM for
// what the base image brings, and where there is no Dockerfile, the path in the image.
func (r Report) sarifLocation(f finding.Finding) sarifLocation {
	loc := sarifLocation{Logical: []sarifLogical{{Name: f.Subject(), Kind: "resource"}}}
	if f.Layer >= 0 && f.Layer < len(r.Image.Layers) {
		loc.Logical[0].Full = fmt.Sprintf("layer %d: %s", f.Layer+1, f.Subject())
	}
	if r.Gate != nil && r.Gate.Dockerfile != "" && r.Graph != nil {
		line := f.Line
		if line == 0 {
			line = r.from(f.Base)
		}
		loc.Physical = sarifPhysical{sarifFile(r.Gate.Dockerfile), r.region(line)}
		return loc
	}
	path := strings.TrimPrefix(f.Path, "/")
	if path == "" {
		path = "config.json" // the image's
	}
	loc.Physical = sarifPhysical{sarifArtifact{URI: escaped(path)}, sarifRegion{1, 1, 1, 1}}
	return loc
}

func sarifFile(path string) sarifArtifact { return sarifArtifact{escaped(path), "%SRCROOT%"} }

func escaped(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.ReplaceAll(strings.Join(parts, "/"), ":", "%3A")
}

// from is the line of the FROM of the stage that was built, or of the one that brings the
// base image to it.
func (r Report) from(base bool) int {
	at := -1
	for i, s := range r.Graph.Stages {
		if s.Label() == r.Gate.Target {
			at = i
		}
	}
	if at < 0 {
		return 1
	}
	for range r.Graph.Stages {
		i := slices.IndexFunc(r.Graph.Edges, func(e model.Edge) bool {
			return base && e.Kind == model.EdgeBase && e.To == model.NodeID(at) && int(e.From) < len(r.Graph.Stages)
		})
		if i < 0 {
			break
		}
		at = int(r.Graph.Edges[i].From)
	}
	return max(1, r.Graph.Stages[at].Line)
}

// region is a line of the Dockerfile without what it is indented by. It is never more
// than one line: pull requests show an alert only where they change all of its lines.
func (r Report) region(line int) sarifRegion {
	reg := sarifRegion{line, 1, line, 1}
	if line < 1 || line > len(r.Graph.Lines) {
		return reg
	}
	text := strings.TrimRight(r.Graph.Lines[line-1], " \t")
	units := func(s string) int { return len(utf16.Encode([]rune(s))) }
	reg.StartColumn = 1 + units(text[:len(text)-len(strings.TrimLeft(text, " \t"))])
	reg.EndColumn = max(reg.StartColumn, 1+units(text))
	return reg
}

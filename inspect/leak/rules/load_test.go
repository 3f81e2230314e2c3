package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/rules"
)

const whole = `category: hygiene
severity: low
why: It is large.
fix: Leave it out.
rules:
  - id: ACME-1
    title: Videos
    match:
      - {file: a video, paths: "*.mp4", min: 1MB}
`

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string]string{"a.yaml": whole, "b.yml": strings.ReplaceAll(whole, "ACME-1", "ACME-2"), "c.txt": "no rules"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := rules.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	own := len(rules.Builtin().All())
	if len(s.All()) != own+2 || len(rules.Builtin().All()) != own {
		t.Errorf("%d rules, and %d of stagedive's", len(s.All()), own)
	}
	r, ok := s.Rule("acme-2")
	if !ok || r.Title != "Videos" || r.File != filepath.Join(dir, "b.yml") || r.Match[0].File.Min != 1e6 {
		t.Errorf("%+v", r)
	}
	if s.Identity() == rules.Builtin().Identity() {
		t.Error("another rule sees the same")
	}
	if _, err := rules.Load(filepath.Join(dir, "none.yaml")); err == nil {
		t.Error("a file that is not there is read")
	}
	if _, err := rules.Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "has no *.yaml file") {
		t.Errorf("an empty directory: %v", err)
	}
}

// What is wrong is told in one sentence, with the line and what to write.
func TestErrors(t *testing.T) {
	rule := func(match string) string { return strings.SplitAfter(whole, "    match:\n")[0] + match }
	tests := map[string]struct{ data, want string }{
		"empty":            {"", `r.yaml:1: there is no rule in it: begin with "rules:"`},
		"no rules":         {"category: cache\n", `r.yaml:1: there is no rule in it: list rules below "rules:"`},
		"a list":           {"- a\n", `r.yaml:1: a file of rules must be keys with values, such as "category: …"`},
		"no YAML":          {"rules:\n\t- x", "r.yaml:2: this is no YAML: found character that cannot start any token"},
		"unknown key":      {"rules:\n- {id: A-1, titel: x}", `r.yaml:2: a rule has no key "titel"; is "title" meant?`},
		"far from any":     {"ruels: 1\nzzz: 2", `r.yaml:1: a file of rules has no key "ruels"; is "rules" meant?`},
		"twice":            {"why: a\nwhy: b\n", `r.yaml:2: the key "why" is here twice: one of them would be lost`},
		"our own ID":       {strings.ReplaceAll(whole, "ACME-1", "sd-X1"), "r.yaml:6: the id sd-X1 begins with sd-, as stagedive's own do: choose letters of your own, such as ACME-1"},
		"an ID of signs":   {strings.ReplaceAll(whole, "ACME-1", "a b"), `r.yaml:6: the id "a b" must be letters, digits, dots and dashes, such as ACME-1`},
		"category":         {strings.Replace(whole, "hygiene", "video", 1), `r.yaml:1: the category "video" is not known: write one of toolchain, source, dev-deps, cache, vcs, secret, hygiene`},
		"severity":         {strings.Replace(whole, "low", "awful", 1), `r.yaml:2: the severity "awful" is not known: write one of info, low, medium, high, critical`},
		"no severity":      {strings.Replace(whole, "severity: low\n", "", 1), "r.yaml:5: the rule ACME-1 has no severity: info, low, medium, high or critical"},
		"no fix":           {strings.Replace(whole, "fix: Leave it out.\n", "", 1), "r.yaml:5: the rule ACME-1 has no fix"},
		"no match":         {"category: cache\nseverity: low\nwhy: a\nfix: b\nrules: [{id: A-1, title: x}]", "r.yaml:5: the rule A-1 has no match: say how it is seen"},
		"same ID":          {whole + strings.SplitAfter(whole, "rules:\n")[1], "r.yaml:10: the id ACME-1 is that of the rule at r.yaml:6, too: give each rule one of its own"},
		"no kind of match": {rule("      - {paths: x}\n"), `r.yaml:9: an entry of match must begin with "file: …", "dir: …" or "packages: …"`},
		"which file":       {rule("      - {file: x, is: jar}\n"), "r.yaml:9: a file to match needs names, paths or main: which files are looked at?"},
		"bad glob":         {rule("      - file: x\n        paths:\n        - ok\n        - \"a[\"\n"), `r.yaml:12: the pattern "a[" has a [ that is not closed, or nothing between [ and ]`},
		"glob of a name":   {rule("      - {file: x, names: gcc*}\n"), `r.yaml:9: the name "gcc*" has characters that names lack: write patterns to paths`},
		"size":             {rule("      - {file: x, names: a, min: 3 parsecs}\n"), "r.yaml:9: min must be a size, such as 64KiB or 10MB"},
		"format":           {rule("      - {file: x, names: a, is: movie}\n"), `r.yaml:9: "movie" is no form that files are known by: write one of program, library, script, text, jar, archive, assembly`},
		"with, no whole":   {rule("      - {file: x, names: a, with: lib}\n"), "r.yaml:9: with, alone and version are about the directory that whole names: add whole, or leave them out"},
		"whole, absolute":  {rule("      - {file: x, names: a, whole: /usr}\n"), `r.yaml:9: whole must be relative paths without needless parts, such as .. or lib/x: "/usr" is not`},
		"version, no like": {rule("      - {file: x, names: a, whole: .., version: {in: a}}\n"), "r.yaml:9: version needs in, the file that says it, and like, a regular expression whose first group it is"},
		"version, group":   {rule("      - {file: x, names: a, whole: .., version: {in: a, like: b}}\n"), `r.yaml:9: "b" has no group: put the version between ( and )`},
		"dir":              {rule("      - {dir: x}\n"), "r.yaml:9: a directory to match needs paths: where may it lie?"},
		"packages of whom": {rule("      - {packages: x, of: pacman}\n"), `r.yaml:9: packages of "pacman" are not known: write some of deb, apk, rpm, npm, pypi, gem, composer, maven, nuget, golang, cargo`},
		"counting proofs":  {rule("      - {file: x, paths: a, is: jar, at-least: 3}\n"), "r.yaml:9: at-least counts files by their paths: leave out is, begins, holds and main"},
		"alone":            {rule("      - {file: x, names: a, whole: .., alone: maybe}\n"), "r.yaml:9: alone must be true or false"},
		"nothing in list":  {rule("      - {file: x, names: []}\n"), "r.yaml:9: names is empty: leave the key out, or list something"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := rules.Parse("r.yaml", []byte(tt.data)); err == nil || err.Error() != tt.want {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
		})
	}
}

// FuzzParse: whatever is read as rules, nothing panics, and errors are one line that
// begins with the file.
func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("rules: &a [*a]"))
	f.Add([]byte("rules:\n- &r {id: A-1, match: [{file: x, names: a, whole: .., version: {in: a, like: (b)}}]}\n- *r"))
	f.Add([]byte("<<: {a: b}\n? [x]\n: y"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := rules.Only("r.yaml", data)
		switch {
		case err != nil && (!strings.HasPrefix(err.Error(), "r.yaml:") || strings.ContainsAny(err.Error(), "\n\x1b")):
			t.Errorf("%q", err)
		case err == nil:
			s.Files(nil, &rules.Seen{Path: "/usr/bin/a", Base: "a", Mode: 0o755, Size: 9, Head: []byte("#!")})
			s.Package("deb", "a-1")
			for _, r := range s.All() {
				if r.ID == "" || strings.HasPrefix(strings.ToUpper(r.ID), "SD-") || r.Match == nil {
					t.Errorf("%+v", r)
				}
			}
		}
	})
}

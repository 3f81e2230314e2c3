package leak

import (
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/inspect/leak/start"
	"github.com/stagedive/stagedive/model/measure"
)

// isBundled says whether a language's sources become JavaScript.
func isBundled(lang string) bool { return lang == mark.TypeScript || lang == "Vue" || lang == "Svelte" }

// sources reports source files of compiled languages, one finding for each
// application root in the layer that brought them. TypeScript that a runtime runs as it is, such as
// Deno or Bun, is no leak.
func sources(v *view) []leak {
	tsRuns := v.runsTypeScript()
	var leaks []leak
	for i := range v.layers {
		beside := map[string]*project{}
		for _, p := range v.projects(i, mark.ProjectFile, nil) {
			beside[p.root] = p
		}
		for _, p := range v.projects(i, mark.SourceFile, func(m mark.Mark) bool { return m.Name != "" && (m.Name != mark.TypeScript || !tsRuns) }) {
			if p.weak == len(p.files) {
				continue // headers alone
			}
			leaks = append(leaks, v.sourceLeak(i, p, beside[p.root]))
		}
	}
	return leaks
}

func (v *view) sourceLeak(index int, p, beside *project) leak {
	rule := "SD-S001"
	if !slices.ContainsFunc(p.kinds(), func(lang string) bool { return !isBundled(lang) }) {
		rule = "SD-S002"
	}
	l := p.leak(index, rule)
	l.title = enumerate(p.kinds(), 3) + " source files"
	l.evidence = []string{p.counts()}
	if len(p.files) > 1 {
		l.evidence = append(l.evidence, "for example "+enumerate(p.files, 2))
	}
	if p.manifest != "" {
		l.evidence = append(l.evidence, p.manifest+" makes it a project")
	}
	if rule == "SD-S002" {
		if made, from, ok := v.madeOf(index, p); ok {
			l.evidence = append(l.evidence, made+" is made of "+from)
		}
	}
	if beside != nil {
		l.holds = slices.Concat(p.files, beside.files)
		l.evidence = append(l.evidence, "what builds it lies beside: "+enumerate(names(beside.files), 3))
	}
	return l
}

// names are the last parts of paths, each once.
func names(paths []string) []string {
	var out []string
	for _, p := range paths {
		if base := path.Base(p); !slices.Contains(out, base) {
			out = append(out, base)
		}
	}
	return out
}

// maxAsked bounds for how many sources their JavaScript is looked for.
const maxAsked = 50

// madeOf finds a script that lies where compilers put what they make of one of the
// sources.
func (v *view) madeOf(index int, p *project) (made, from string, ok bool) {
	for _, f := range p.files[:min(len(p.files), maxAsked)] {
		rel, below := paths.Relative(p.root, f)
		if !below {
			continue
		}
		stem := strings.TrimSuffix(rel, path.Ext(rel))
		_, inside, _ := strings.Cut(stem, "/")
		for _, dir := range append(start.Outputs(), ".") {
			for _, s := range [...]string{stem, inside} {
				for _, ext := range [...]string{".js", ".mjs", ".cjs"} {
					if at := path.Join(p.root, dir, s+ext); s != "" && v.final.Exists(at) {
						return at, f, true
					}
				}
			}
		}
	}
	return "", "", false
}

// runsTypeScript says whether the image has, or starts, a runtime that takes
// TypeScript as it is.
func (v *view) runsTypeScript() bool {
	for _, word := range append(slices.Clone(v.im.Config.Entrypoint), v.im.Config.Cmd...) {
		for _, part := range strings.Fields(word) {
			switch path.Base(part) {
			case "deno", "bun", "tsx", "ts-node", "ts-node-dev":
				return true
			}
			if strings.HasSuffix(part, ".ts") {
				return true
			}
		}
	}
	for _, l := range v.layers {
		for _, m := range l.marks {
			if m.Kind == mark.NPMScript && m.Path == path.Join("/", v.im.Config.WorkingDir, "package.json") && m.Name == "start" && startsTypeScript(m.Detail) {
				return true
			}
		}
	}
	return false
}

// startsTypeScript says whether a command hands TypeScript to what runs it as it is.
func startsTypeScript(command string) bool {
	for _, word := range strings.Fields(command) {
		switch path.Base(word) {
		case "deno", "bun", "tsx", "ts-node", "ts-node-dev", "--experimental-strip-types":
			return true
		}
	}
	return false
}

// sourceMaps reports the maps that give a bundle's sources back.
func sourceMaps(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		found := leak{rule: "SD-S003", layer: i, gone: -1}
		for _, m := range l.marks {
			if m.Kind != mark.SourceFile || m.Name != "" || v.swallowed(m.Path, 'S', false) {
				continue
			}
			found.files = append(found.files, m.Path)
			found.size += m.Size
		}
		if len(found.files) == 0 {
			continue
		}
		slices.SortFunc(found.files, paths.Compare)
		found.path = path.Dir(found.files[0])
		for _, f := range found.files {
			found.path = paths.Common(found.path, path.Dir(f))
		}
		found.count = len(found.files)
		found.evidence = []string{measure.Plural(found.count, "source map") + ", for example " + enumerate(found.files, 2)}
		if found.count == 1 {
			found.path, found.count = found.files[0], 0
		}
		leaks = append(leaks, found)
	}
	return leaks
}

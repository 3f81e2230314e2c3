package leak

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
)

// nodeProbe knows the packages of node_modules that serve development only. The
// package.json is read for its name: a directory's name proves nothing. npm's own
// dependencies come with a Node runtime.
func nodeProbe(dirPath string) *probe {
	name := nodeModule(dirPath)
	if name == "" || strings.Contains(dirPath, "/node_modules/npm/") || !isNodeDev(name) {
		return nil
	}
	return &probe{limit: maxManifest, look: lookNodePackage}
}

// nodeModule is the package that a directory right below a node_modules holds:
// typescript, @babel/core; "" for one further down.
func nodeModule(dirPath string) string {
	const modules = "/node_modules/"
	i := strings.LastIndex(dirPath, modules)
	if i < 0 {
		return ""
	}
	name := dirPath[i+len(modules):]
	n := strings.Count(name, "/")
	if strings.HasPrefix(name, "@") && n == 1 || n == 0 {
		return name
	}
	return ""
}

// isNodeDev lists compilers, bundlers, test runners, linters and type packages
// that an application does not load when it runs.
func isNodeDev(name string) bool {
	if isNodeCompiler(name) || strings.HasPrefix(name, "@types/") {
		return true
	}
	switch name {
	case "webpack", "webpack-cli", "webpack-dev-server", "parcel", "gulp", "grunt",
		"jest", "mocha", "chai", "sinon", "vitest", "karma", "jasmine", "ava", "nyc", "cypress", "playwright",
		"eslint", "prettier", "stylelint", "tslint", "jshint", "husky", "lint-staged",
		"nodemon", "ts-node-dev", "ts-jest", "@jest/core", "@vitest/runner", "@eslint/js", "node-gyp":
		return true
	}
	return false
}

func isNodeCompiler(name string) bool { return name == "typescript" }

func lookNodePackage(s *sink, f scan.File, r io.Reader) error {
	data, err := s.read(r, maxManifest)
	if err != nil {
		return err
	}
	var manifest struct{ Name, Version string }
	if json.Unmarshal(data, &manifest) != nil || manifest.Name != nodeModule(path.Dir(f.Path)) {
		return nil
	}
	s.mark(mark{
		kind: nodePackage, path: f.Path, name: manifest.Name,
		detail: fmt.Sprintf("%s is %s %s", f.Path, manifest.Name, manifest.Version),
	})
	return nil
}

// nodePackages reports the TypeScript compiler by itself, and the other packages
// for development as one finding for each node_modules of a layer.
func nodePackages(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		groups := map[string]*leak{}
		names := map[string][]string{}
		for _, m := range l.marks {
			if m.kind != nodePackage {
				continue
			}
			root := path.Dir(m.path)
			count, size := l.sum(root)
			if isNodeCompiler(m.name) {
				if !l.holds(root + "/lib") {
					continue
				}
				leaks = append(leaks, leak{
					rule: "SD-T007", layer: i, path: root, count: count, size: size,
					evidence: []string{m.detail}, gone: -1, root: true, swallows: "TS",
				})
				continue
			}
			modules := root[:strings.LastIndex(root, "/node_modules/")+len("/node_modules")]
			g := groups[modules]
			if g == nil {
				g = &leak{rule: "SD-D001", layer: i, path: modules, isDir: true, gone: -1}
				groups[modules] = g
			}
			g.count += count
			g.size += size
			names[modules] = append(names[modules], m.name)
		}
		for _, modules := range sortedKeys(groups) {
			g := groups[modules]
			g.evidence = []string{"package.json of " + enumerate(names[modules], 8)}
			leaks = append(leaks, *g)
		}
	}
	return leaks
}

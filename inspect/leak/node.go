package leak

import (
	"fmt"
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/inventory"
)

// nodeRoot is the directory of a package in a node_modules, for those that may be told
// of: "" for packages that stand for something else under that name, and for npm's own,
// which come with a Node runtime.
func nodeRoot(p inventory.Package) string {
	root := path.Dir(p.Path)
	if p.Kind != inventory.NPM || !strings.HasSuffix(root, "/node_modules/"+p.Name) || strings.Contains(root, "/node_modules/npm/") {
		return ""
	}
	return root
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

// nodePackages reports the TypeScript compiler by itself, and the other packages
// for development as one finding for each node_modules of a layer.
func nodePackages(v *view) []leak {
	var leaks []leak
	groups := map[string]*leak{}
	names := map[string][]string{}
	for _, p := range v.im.Packages {
		root := nodeRoot(p)
		if root == "" || !isNodeDev(p.Name) {
			continue
		}
		count, size := v.layers[p.Layer].sum(root)
		if isNodeCompiler(p.Name) {
			if v.layers[p.Layer].holds(root + "/lib") {
				leaks = append(leaks, leak{
					rule: "SD-T007", layer: p.Layer, path: root, count: count, size: size,
					evidence: []string{fmt.Sprintf("%s is %s %s", p.Path, p.Name, p.Version)}, gone: -1, root: true, swallows: "TS",
				})
			}
			continue
		}
		modules := root[:len(root)-len("/"+p.Name)]
		key := fmt.Sprintf("%06d %s", p.Layer, modules)
		g := groups[key]
		if g == nil {
			g = &leak{rule: "SD-D001", layer: p.Layer, path: modules, isDir: true, gone: -1}
			groups[key] = g
		}
		g.count += count
		g.size += size
		names[key] = append(names[key], p.Name)
	}
	for _, key := range sortedKeys(groups) {
		g := groups[key]
		g.evidence = []string{"package.json of " + enumerate(names[key], 8)}
		leaks = append(leaks, *g)
	}
	return leaks
}

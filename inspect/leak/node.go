package leak

import (
	"fmt"
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/inventory"
)

// typescripts reports the TypeScript compiler by itself: a package of that name with the
// compiler in it, not right below npm's own directory.
func typescripts(v *view) []leak {
	var leaks []leak
	for _, p := range v.im.Packages {
		root := path.Dir(p.Path)
		if p.Kind != inventory.NPM || p.Name != "typescript" || !strings.HasSuffix(root, "/node_modules/typescript") || strings.Contains(root, "/node_modules/npm/") ||
			!v.layers[p.Layer].holds(root+"/lib") {
			continue
		}
		count, size := v.layers[p.Layer].sum(root)
		l := leak{
			rule: "SD-T007", layer: p.Layer, path: root, count: count, size: size,
			evidence: []string{fmt.Sprintf("%s is %s %s", p.Path, p.Name, p.Version)}, gone: -1, root: true, swallows: "TS",
		}
		if p.Dev != "" {
			l.evidence = append(l.evidence, p.Dev+" asks for it for development only")
		}
		leaks = append(leaks, l)
	}
	return leaks
}

package leak

import (
	"fmt"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/model/measure"
)

// repositories reports version-control directories that are real ones.
func repositories(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		seen := map[string]bool{}
		for _, m := range l.marks {
			found := leak{layer: i, path: path.Dir(m.Path), gone: -1, root: true, swallows: "SV", evidence: []string{m.Detail}}
			switch m.Kind {
			case mark.GitHead:
				objects, size := l.sum(found.path + "/objects")
				if objects == 0 && !l.holds(found.path+"/refs") {
					continue
				}
				found.rule = "SD-V001"
				if objects > 0 {
					found.evidence = append(found.evidence, fmt.Sprintf("objects/ holds %s, %s", measure.Plural(objects, "file"), measure.Bytes(size)))
				}
			case mark.HgStore:
				found.rule = "SD-V002"
				found.path = m.Path[:strings.Index(m.Path, "/.hg/")+len("/.hg")]
				if !l.holds(found.path + "/store") {
					continue
				}
			case mark.SvnStore:
				found.rule = "SD-V003"
			default:
				continue
			}
			if seen[found.path] {
				continue
			}
			seen[found.path] = true
			found.count, found.size = v.brought(i, found.path)
			leaks = append(leaks, found)
		}
	}
	return leaks
}

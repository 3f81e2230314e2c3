package lint

import (
	"slices"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
)

// piped is SD-B019.
func (c *checker) piped() {
	fetch := func(name string) bool { return name == "curl" || name == "wget" }
	for _, s := range c.all() {
		if s.OnBuild || !c.plan.Needs(model.NodeID(s.stage)) {
			continue
		}
		for _, x := range s.calls {
			hit := fetch(x.name()) && x.feeds >= 0 && shell(s.calls[x.feeds]) || posix(x.name()) && slices.ContainsFunc(x.inner, fetch)
			if !hit {
				continue
			}
			f := rate()
			if c.ships(s.stage) {
				f.Severity = finding.Low
			}
			f.Evidence = []string{"what is downloaded runs at once, unseen"}
			c.add(s, "SD-B019", "A download runs unseen", f)
			break
		}
	}
}

// shell says that a command runs what it reads.
func shell(x call) bool {
	return (posix(x.name()) || x.name() == "python" || x.name() == "python3" || x.name() == "perl") && !x.has("-c")
}

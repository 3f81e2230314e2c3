package leak

import "github.com/stagedive/stagedive/model/finding"

func cacheRules() []finding.Rule {
	rule := func(id, title, fix string) finding.Rule {
		return finding.Rule{
			ID: id, Title: title, Category: finding.Cache, Severity: finding.Low,
			Why: "A cache makes the next installation faster, and in an image there is no next one: it is only size to pull.",
			Fix: fix,
		}
	}
	const mount = "Put the cache on a mount that stays out of the image: RUN --mount=type=cache,target="
	return []finding.Rule{
		rule("SD-C001", "APT cache", "End the RUN that calls apt-get update with && rm -rf /var/lib/apt/lists/*, in the same instruction."),
		rule("SD-C002", "apk cache", "Call apk add --no-cache."),
		rule("SD-C003", "Distribution package cache", "End the RUN that installs with && dnf clean all (or the like), in the same instruction."),
		rule("SD-C004", "Python package cache", "Call pip install --no-cache-dir, or use RUN --mount=type=cache,target=/root/.cache/pip."),
		rule("SD-C005", "Node package cache", mount+"/root/.npm"),
		rule("SD-C006", "Go cache", mount+"/go/pkg/mod, and another for /root/.cache/go-build"),
		rule("SD-C007", "Cargo cache", mount+"/usr/local/cargo/registry"),
		rule("SD-C008", "JVM build cache", mount+"/root/.m2 (Gradle: /root/.gradle)"),
		rule("SD-C009", "Package cache", mount+"its directory"),
		rule("SD-C010", "Compiler cache", mount+"its directory"),
	}
}
